import { type ParseArgsConfig, parseArgs } from "node:util";

type Options = NonNullable<ParseArgsConfig["options"]>;
type Values<O extends Options> = ReturnType<typeof parseArgs<{ options: O }>>["values"];

/** Values of the options, and the positional arguments. */
export interface Flags<O extends Options> {
  readonly values: Values<O>;
  readonly positionals: readonly string[];
}

/**
 * Parses the options of the command line. Rejects repeated options and empty values, which an unset shell variable
 * causes.
 * @param call the command, for messages, such as `npm start`
 * @throws Error with the option, the problem and the command for help.
 */
export function readFlags<const O extends Options>(call: string, options: O): Values<O> {
  return readCommandLine(call, options, false).values;
}

/** Like `readFlags`, for a command that also accepts positional arguments. */
export function readFlagsAndPositionals<const O extends Options>(call: string, options: O): Flags<O> {
  return readCommandLine(call, options, true);
}

function readCommandLine<const O extends Options>(call: string, options: O, allowPositionals: boolean): Flags<O> {
  const parsed = parse(call, options, allowPositionals);
  const usedNames = new Set<string>();
  for (const token of parsed.tokens) {
    if (token.kind === "positional" && token.value.trim() === "") reject(call, "an argument is empty");
    if (token.kind !== "option") continue;
    if (usedNames.has(token.name)) reject(call, `${token.rawName} is repeated; use it once`);
    if (token.value?.trim() === "") reject(call, `${token.rawName}: the value is empty`);
    usedNames.add(token.name);
  }
  return { values: parsed.values, positionals: parsed.positionals };
}

function parse<const O extends Options>(call: string, options: O, allowPositionals: boolean) {
  try {
    return parseArgs({ options, allowPositionals, tokens: true });
  } catch (error) {
    return reject(call, reasonOf(error as NodeJS.ErrnoException), error);
  }
}

/** A short reason from Node's error, whose message may have several lines. */
function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  const option = /'(?:-\w, )?(--?[\w-]+)/.exec(message)?.[1] ?? "";
  if (code === "ERR_PARSE_ARGS_INVALID_OPTION_VALUE" && !message.includes("does not take"))
    return `${option}: the value is missing`;
  return message.split("\n")[0]?.split(". ")[0]?.replace(/\.$/, "") ?? message;
}

function reject(call: string, reason: string, cause?: unknown): never {
  throw new Error(`${reason[0]?.toUpperCase()}${reason.slice(1)}. List the options with: ${call} -- --help`, { cause });
}
