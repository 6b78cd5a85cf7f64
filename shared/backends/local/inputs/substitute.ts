import { BackendRefusal } from "../../../core/ports/backend-port.ts";

export interface Bindings {
  /** What stands for `${{inputs.x}}`: a path or the text of a literal. */
  readonly inputs: ReadonlyMap<string, string>;
  /** What stands for `${{outputs.x}}`: a path. */
  readonly outputs: ReadonlyMap<string, string>;
}

/** Characters that a command may have when its inputs and outputs are put in. A few kilobytes may name a large input thousands of times. */
export const maxCommandLength = 1024 * 1024;

/** The older form, which the SDK takes for optional as well; where the input is given its brackets stay, for they may be a list's. */
const bracketed = /\[[\w.\s-]*\$\{\{inputs\.[\w.-]+\}\}\]/g;
const binding = /\$\{\{\s*(?<kind>inputs|outputs)\.(?<key>[A-Za-z_]\w*)\s*\}\}/g;

/**
 * A command with its inputs and outputs put in, as Azure ML does it: the text as it is, without quotes, so that an input may
 * hold several arguments and a command that wants one argument quotes it itself. A part in `$[[...]]` or `[...]` goes away when an
 * input in it is not given.
 * @throws BackendRefusal `missing_input` for an input outside of such a part, or an output, that the job does not have;
 * `command_too_long` for a command that grows to more than `maxCommandLength`.
 * @see https://learn.microsoft.com/azure/machine-learning/reference-yaml-component-command
 */
export function substitute(command: string, bindings: Bindings): string {
  const present = withOptionalParts(command, bindings).replace(bracketed, (whole) =>
    isGiven(whole, bindings) ? whole : "",
  );
  let length = present.length;
  return present.replace(binding, (whole, ...rest) => {
    const text = lookUp(rest.at(-1), bindings);
    if (text === undefined)
      throw new BackendRefusal("missing_input", `The command uses ${whole}, which the job does not have.`);
    length += text.length - whole.length;
    if (length > maxCommandLength) throw new BackendRefusal("command_too_long", commandTooLong);
    return text;
  });
}

export const commandTooLong = `The command grows to more than ${maxCommandLength} characters when its inputs are put in. Hand a long text over as a file, or name it less often.`;

/** A command whose parts in `$[[...]]` stand without the brackets, or are left out. A part without an input stays as it is. */
function withOptionalParts(command: string, bindings: Bindings): string {
  let written = "";
  let from = 0;
  // A regular expression would look for the end again from each of a million openings.
  for (let open = command.indexOf("$[["); open >= 0; open = command.indexOf("$[[", from)) {
    const close = command.indexOf("]]", open + 3);
    if (close < 0) break;
    const part = command.slice(open + 3, close);
    const whole = command.slice(open, close + 2);
    written += command.slice(from, open) + (part.search(binding) < 0 ? whole : isGiven(part, bindings) ? part : "");
    from = close + 2;
  }
  return written + command.slice(from);
}

function isGiven(part: string, bindings: Bindings): boolean {
  return [...part.matchAll(binding)].every((match) => lookUp(match.groups, bindings) !== undefined);
}

function lookUp(
  groups: Readonly<Record<string, string>> | undefined,
  { inputs, outputs }: Bindings,
): string | undefined {
  return (groups?.kind === "inputs" ? inputs : outputs).get(groups?.key ?? "");
}
