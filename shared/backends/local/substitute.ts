import { BackendRefusal } from "../../core/backend-port.ts";

export interface Bindings {
  /** What stands for `${{inputs.x}}`: a path or the text of a literal. */
  readonly inputs: ReadonlyMap<string, string>;
  /** What stands for `${{outputs.x}}`: a path. */
  readonly outputs: ReadonlyMap<string, string>;
}

/** The older form, which the SDK takes for optional as well; where the input is given its brackets stay, for they may be a list's. */
const bracketed = /\[[\w.\s-]*\$\{\{inputs\.[\w.-]+\}\}\]/g;
const optionalPart = /\$\[\[(?<part>.*?)\]\]/gs;
const binding = /\$\{\{\s*(?<kind>inputs|outputs)\.(?<key>[A-Za-z_]\w*)\s*\}\}/g;

/**
 * A command with its inputs and outputs put in, as Azure ML does it: the text as it is, without quotes, so that an input may
 * hold several arguments and a command that wants one argument quotes it itself. A part in `$[[...]]` or `[...]` goes away when an
 * input in it is not given.
 * @throws BackendRefusal `missing_input` for an input outside of such a part, or an output, that the job does not have.
 * @see https://learn.microsoft.com/azure/machine-learning/reference-yaml-component-command
 */
export function substitute(command: string, bindings: Bindings): string {
  const isGiven = (part: string) => [...part.matchAll(binding)].every((match) => lookUp(match.groups, bindings) !== undefined);
  const present = command.replace(optionalPart, (whole, part: string) => {
    if (part.search(binding) < 0) return whole;
    return isGiven(part) ? part : "";
  });
  return present
    .replace(bracketed, (whole) => (isGiven(whole) ? whole : ""))
    .replace(binding, (whole, ...rest) => {
      const text = lookUp(rest.at(-1), bindings);
      if (text === undefined) throw new BackendRefusal("missing_input", `The command uses ${whole}, which the job does not have.`);
      return text;
    });
}

function lookUp(groups: Readonly<Record<string, string>> | undefined, { inputs, outputs }: Bindings): string | undefined {
  return (groups?.kind === "inputs" ? inputs : outputs).get(groups?.key ?? "");
}
