import { type ParseArgsConfig, parseArgs } from "node:util";

type Options = NonNullable<ParseArgsConfig["options"]>;
type Values<Given extends Options> = ReturnType<typeof parseArgs<{ options: Given }>>["values"];

/** Options of the command line. @param call is what was run. @throws Error that says how to ask for help. */
export function readFlags<const Given extends Options>(call: string, options: Given): Values<Given> {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new Error(`${(error as Error).message.replace(/\.$/, "")}. What can be given: ${call} -- --help`, { cause: error });
  }
}
