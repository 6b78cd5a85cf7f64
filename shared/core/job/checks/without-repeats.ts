import type { Diagnostic } from "../../diagnostic.ts";
import type { Issue } from "../../issues.ts";

/** The diagnostics without those that repeat another about the same place in a file, which several nodes may use. */
export function withoutRepeats(
  diagnostics: readonly Diagnostic[],
  issueOf: (diagnostic: Diagnostic) => Issue,
): readonly (readonly [Diagnostic, Issue])[] {
  const known = new Set<string>();
  return diagnostics
    .map((diagnostic) => [diagnostic, issueOf(diagnostic)] as const)
    .filter(([{ severity, message }, { file, pointer, line, column, code }]) => {
      if (file === undefined) return true;
      const id = JSON.stringify([file, pointer, line, column, code, severity, message]);
      const isNew = !known.has(id);
      known.add(id);
      return isNew;
    });
}
