/** Finds commands and variables that are too long for a process of this machine, at their place in the job: the system reports only E2BIG. */
import { BackendRefusal } from "../../../core/ports/backend-port.ts";
import type { CommandFields } from "../jobs/command-fields.ts";
import { localInput } from "./local-input.ts";
import { commandTooLong, substitute } from "./substitute.ts";

export interface TooLong {
  readonly path: readonly string[];
  readonly message: string;
}

/** MAX_ARG_STRLEN of Linux, with the zero at the end of each string. */
const maxVariableBytes = 128 * 1024 - 1;
/** Half of the limit of Linux for all arguments and variables of a process, with its default stack. */
const maxVariablesBytes = 1024 * 1024;
/** About as long as the path of an input or output can be; where the job's folder will be is not known yet. */
const somePath = "x".repeat(500);

/** The command, and each environment variable, that is too long. */
export function findTooLong(job: CommandFields): readonly TooLong[] {
  return [...tooLongCommand(job), ...tooLongVariables(job.environment_variables ?? {})];
}

function tooLongCommand({ command, inputs = {}, outputs = {} }: CommandFields): TooLong[] {
  const texts = Object.entries(inputs).map(([name, value]) => [name, textOf(name, value)] as const);
  try {
    substitute(command, {
      inputs: new Map(texts),
      outputs: new Map(Object.keys(outputs).map((name) => [name, somePath])),
    });
  } catch (error) {
    if (!(error instanceof BackendRefusal)) throw error;
    if (error.code === "command_too_long") return [{ path: ["command"], message: commandTooLong }];
  }
  return [];
}

function textOf(name: string, value: Parameters<typeof localInput>[1]): string {
  try {
    const input = localInput(name, value, "");
    return "text" in input ? input.text : somePath;
  } catch (error) {
    if (error instanceof BackendRefusal) return somePath;
    throw error;
  }
}

function tooLongVariables(variables: Readonly<Record<string, string>>): TooLong[] {
  const sizes = Object.entries(variables).map(
    ([name, value]) => [name, Buffer.byteLength(name) + 1 + Buffer.byteLength(value)] as const,
  );
  const found = sizes
    .filter(([, size]) => size > maxVariableBytes)
    .map(([name, size]) => ({
      path: ["environment_variables", name],
      message: `environment_variables.${name.slice(0, 100)} has ${size} bytes with its name, and a process takes at most ${maxVariableBytes}. Hand the text over as an input, or as a file of the job's bundle.`,
    }));
  const total = sizes.reduce((sum, [, size]) => sum + size + 1, 0);
  if (total <= maxVariablesBytes) return found;
  const message = `environment_variables has ${total} bytes in all, and a process takes at most ${maxVariablesBytes}. Hand long texts over as inputs, or as files of the job's bundle.`;
  return [...found, { path: ["environment_variables"], message }];
}
