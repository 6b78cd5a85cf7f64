import type { Diagnostic } from "../../diagnostic.ts";
import { pointer } from "../../issues.ts";

/** The diagnostics without warnings that a field is ignored which is an error in jobs of this type. */
export function withoutContradictions(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const ignored = diagnostics.filter(({ code }) => code === "read_only");
  if (ignored.length === 0) return diagnostics;
  const unknown = new Set(
    diagnostics
      .filter(({ code, path }) => code === "unknown_field" && path.length === 1)
      .map(({ path }) => pointer(path)),
  );
  return diagnostics.filter(({ code, path }) => code !== "read_only" || !unknown.has(pointer(path)));
}
