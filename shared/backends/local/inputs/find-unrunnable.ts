import { BackendRefusal } from "../../../core/ports/backend-port.ts";
import type { Value } from "../../../core/yaml/value.ts";
import type { CommandFields } from "../jobs/command-fields.ts";
import { localInput, unreadableInput } from "./local-input.ts";
import { substitute } from "./substitute.ts";

/** A part of a job with which it cannot start. */
export interface Unrunnable {
  readonly path: readonly string[];
  readonly message: string;
}

/** MAX_ARG_STRLEN of Linux, without the NUL at the end of each string. */
const maxVariableBytes = 128 * 1024 - 1;
/** Half of the limit of Linux for all arguments and variables of a process, with its default stack size. */
const maxVariablesBytes = 1024 * 1024;
/** Has the maximum length of an input or output path, because the job folder does not exist yet. */
const placeholderPath = "x".repeat(500);

/** Finds the parts with which a job cannot start, so that they are reported when it is submitted. */
export function findUnrunnable(job: CommandFields): readonly Unrunnable[] {
  return [...unreadableInputs(job), ...tooLongCommand(job), ...tooLongVariables(job.environment_variables ?? {})];
}

function unreadableInputs({ inputs = {} }: CommandFields): readonly Unrunnable[] {
  return Object.entries(inputs).flatMap(([name, value]) => {
    const message = unreadableInput(name, value);
    return message === undefined ? [] : [{ path: ["inputs", name, "path"], message }];
  });
}

/** A command that its inputs make too long; undeclared inputs and outputs are reported for every backend. */
function tooLongCommand({ command, inputs = {}, outputs = {} }: CommandFields): readonly Unrunnable[] {
  try {
    substitute(command, {
      inputs: new Map(Object.entries(inputs).map(([name, value]) => [name, inputText(name, value)])),
      outputs: new Map(Object.keys(outputs).map((name) => [name, placeholderPath])),
    });
  } catch (error) {
    if (!(error instanceof BackendRefusal)) throw error;
    if (error.code === "command_too_long") return [{ path: ["command"], message: error.message }];
  }
  return [];
}

function inputText(name: string, value: Value): string {
  try {
    const input = localInput(name, value, "");
    return "text" in input ? input.text : placeholderPath;
  } catch (error) {
    if (error instanceof BackendRefusal) return placeholderPath;
    throw error;
  }
}

/** Variables that no process accepts. The system would report only E2BIG, when the job starts. */
function tooLongVariables(variables: Readonly<Record<string, string>>): readonly Unrunnable[] {
  const sizes = Object.entries(variables).map(
    ([name, value]) => [name, Buffer.byteLength(name) + 1 + Buffer.byteLength(value)] as const,
  );
  const found = sizes
    .filter(([, size]) => size > maxVariableBytes)
    .map(([name, size]) => ({
      path: ["environment_variables", name],
      message:
        `environment_variables.${name.slice(0, 100)} has ${size} bytes with its name; a process accepts at most ` +
        `${maxVariableBytes}. Pass the text as an input, or as a file of the job's bundle.`,
    }));
  const total = sizes.reduce((sum, [, size]) => sum + size + 1, 0);
  if (total <= maxVariablesBytes) return found;
  const message =
    `environment_variables has ${total} bytes in all; a process accepts at most ${maxVariablesBytes}. ` +
    "Pass long texts as inputs, or as files of the job's bundle.";
  return [...found, { path: ["environment_variables"], message }];
}
