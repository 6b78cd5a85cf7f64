import { type ParseArgsConfig, parseArgs } from "node:util";

type Options = NonNullable<ParseArgsConfig["options"]>;
type Values<Given extends Options> = ReturnType<typeof parseArgs<{ options: Given }>>["values"];

/** The values of the options, and the words that are no option. */
export interface Flags<Given extends Options> {
  readonly values: Values<Given>;
  readonly words: readonly string[];
}

/**
 * Options of the command line: each at most once, and none with an empty value, which is what an unset variable of a shell leaves.
 * @param call is the command, for the message. @throws Error that names the option, the problem and the way to the help.
 */
export function readFlags<const Given extends Options>(call: string, options: Given): Values<Given> {
  return readCommandLine(call, options, false).values;
}

/** The same for a command that also takes words. @throws as `readFlags`. */
export function readFlagsAndWords<const Given extends Options>(call: string, options: Given): Flags<Given> {
  return readCommandLine(call, options, true);
}

function readCommandLine<const Given extends Options>(
  call: string,
  options: Given,
  allowPositionals: boolean,
): Flags<Given> {
  const parsed = parse(call, options, allowPositionals);
  const seen = new Set<string>();
  for (const token of parsed.tokens) {
    if (token.kind === "positional" && token.value.trim() === "") refuse(call, "an argument is empty");
    if (token.kind !== "option") continue;
    if (seen.has(token.name)) refuse(call, `${token.rawName} is given more than once`);
    if (token.value?.trim() === "") refuse(call, `${token.rawName}: the value is empty`);
    seen.add(token.name);
  }
  return { values: parsed.values, words: parsed.positionals };
}

function parse<const Given extends Options>(call: string, options: Given, allowPositionals: boolean) {
  try {
    return parseArgs({ options, allowPositionals, tokens: true });
  } catch (error) {
    return refuse(call, reasonOf(error as NodeJS.ErrnoException), error);
  }
}

/** Node's messages, the longest of which has several lines. */
function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  const option = /'(?:-\w, )?(--?[\w-]+)/.exec(message)?.[1] ?? "";
  if (code === "ERR_PARSE_ARGS_INVALID_OPTION_VALUE" && !message.includes("does not take"))
    return `${option}: the value is missing`;
  return message.split("\n")[0]?.split(". ")[0]?.replace(/\.$/, "") ?? message;
}

function refuse(call: string, reason: string, cause?: unknown): never {
  throw new Error(`${reason[0]?.toUpperCase()}${reason.slice(1)}. What can be given: ${call} -- --help`, { cause });
}
