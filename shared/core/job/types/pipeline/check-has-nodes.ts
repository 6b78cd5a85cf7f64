import type { Report, Severity } from "../../../diagnostic.ts";
import { isMapping, type Mapping } from "../../../yaml/value.ts";
import { likely } from "../../schema/suggest/similar.ts";

/** Checks that a pipeline component has nodes, whose field may be misspelt. */
export function checkHasNodes(content: Mapping, severity: Severity, report: Report): void {
  if (isMapping(content.jobs) && Object.keys(content.jobs).length > 0) return;
  const isMisspelt = (key: string): boolean =>
    content.jobs === undefined && isMapping(content[key]) && likely(key, ["jobs"]) !== undefined;
  const misspelt = Object.keys(content).find(isMisspelt);
  report(
    misspelt === undefined
      ? { severity, code: "incomplete", message: "has no nodes; a pipeline needs at least one, in jobs.", path: [] }
      : {
          severity,
          code: "unknown_field",
          message: "is not a field here, and the pipeline has no jobs; did you mean jobs?",
          path: [misspelt],
          fix: { renameTo: "jobs" },
        },
  );
}
