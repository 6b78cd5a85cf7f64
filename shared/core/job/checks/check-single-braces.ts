import type { Report } from "../../diagnostic.ts";
import { replacement } from "./command-references.ts";

/** A reference of Azure ML with one brace; the name of a shell variable has no dot. */
const singleBraces = /\$\{((?:inputs|outputs|search_space|parent)\.[\w.-]{1,255})\}/;

/** Warns about `${inputs.x}` in a command, which the shell rejects as a bad substitution. */
export function checkSingleBraces(command: string, path: readonly PropertyKey[], report: Report): void {
  const [text, reference] = singleBraces.exec(command) ?? [];
  if (text === undefined) return;
  const right = `\${{${reference}}}`;
  const message = `uses ${text}, which Azure ML does not replace. Write ${right}.`;
  report({ code: "unknown_binding", message, path, severity: "warning", ...replacement(command, text, right) });
}
