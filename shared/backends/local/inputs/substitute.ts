import { BackendRefusal } from "../../../core/ports/backend-port.ts";

/** Values of `${{inputs.x}}` (a path or the text of a literal) and `${{outputs.x}}` (a path). */
export interface Bindings {
  readonly inputs: ReadonlyMap<string, string>;
  readonly outputs: ReadonlyMap<string, string>;
}

/** Limit for a substituted command, in characters: a small command could contain a large input thousands of times. */
export const maxCommandLength = 1024 * 1024;

/** The older form of an optional part. If its input exists the brackets stay, because they may belong to a list. */
const bracketed = /\[[\w.\s-]*\$\{\{inputs\.[\w.-]+\}\}\]/g;
const binding = /\$\{\{\s*(?<kind>inputs|outputs)\.(?<key>[A-Za-z_]\w*)\s*\}\}/g;

/**
 * Substitutes inputs and outputs in a command, as Azure ML does: without quotes, so that an input may expand to
 * several arguments. An optional part, `$[[...]]` or `[...]`, is removed if the job does not have one of its inputs.
 * @throws BackendRefusal `missing_input` or `missing_output` for a binding outside of optional parts that the job does
 * not have; `command_too_long` for a result of more than `maxCommandLength`.
 * @see https://learn.microsoft.com/azure/machine-learning/reference-yaml-component-command
 */
export function substitute(command: string, bindings: Bindings): string {
  const present = resolveOptionalParts(command, bindings).replace(bracketed, (part) =>
    areAllDefined(part, bindings) ? part : "",
  );
  let length = present.length;
  return present.replace(binding, (whole, ...rest) => {
    const groups: Readonly<Record<string, string>> = rest.at(-1);
    const text = lookUp(groups, bindings);
    if (text === undefined) {
      const code = groups.kind === "inputs" ? "missing_input" : "missing_output";
      throw new BackendRefusal(code, `The command uses ${whole}, which the job does not have.`);
    }
    length += text.length - whole.length;
    if (length > maxCommandLength) throw new BackendRefusal("command_too_long", commandTooLong);
    return text;
  });
}

const commandTooLong =
  `The command has more than ${maxCommandLength} characters after inputs are substituted. ` +
  "Pass a long text as a file, or use it less often.";

/** Removes the brackets of `$[[...]]`, and parts with missing inputs. A part without inputs stays unchanged. */
function resolveOptionalParts(command: string, bindings: Bindings): string {
  let resolved = "";
  let from = 0;
  // A regular expression would search for the end again from each of a million opening brackets.
  for (let open = command.indexOf("$[["); open >= 0; open = command.indexOf("$[[", from)) {
    const close = command.indexOf("]]", open + 3);
    if (close < 0) break;
    resolved += command.slice(from, open) + resolvePart(command.slice(open + 3, close), bindings);
    from = close + 2;
  }
  return resolved + command.slice(from);
}

function resolvePart(part: string, bindings: Bindings): string {
  if (part.search(binding) < 0) return `$[[${part}]]`;
  return areAllDefined(part, bindings) ? part : "";
}

function areAllDefined(part: string, bindings: Bindings): boolean {
  return [...part.matchAll(binding)].every((match) => lookUp(match.groups, bindings) !== undefined);
}

function lookUp(
  groups: Readonly<Record<string, string>> | undefined,
  { inputs, outputs }: Bindings,
): string | undefined {
  return (groups?.kind === "inputs" ? inputs : outputs).get(groups?.key ?? "");
}
