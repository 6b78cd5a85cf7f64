/** Checks references to data that is not in the bundle. */

import { defined } from "../../../lib/defined.ts";
import type { Fix, Report } from "../../diagnostic.ts";
import { hasBinding } from "../fields/bindings.ts";
import { isDataReference, mendedDataReference } from "../fields/references.ts";
import { show } from "../schema/show.ts";

const dataReferences =
  "azureml:NAME:VERSION, azureml:NAME@LABEL, azureml://..., a URL or a path relative to the job file";

/** Checks a reference to data outside the bundle. */
export function checkDataReference(path: string, fieldPath: readonly PropertyKey[], report: Report): void {
  if (hasBinding(path) || isDataReference(path)) return;
  const mended = mendedDataReference(path);
  const fix: Fix | undefined = mended === undefined ? undefined : { replaceWith: mended };
  const advice = mended === undefined ? "" : ` Did you mean ${mended}?`;
  report({
    code: "invalid_reference",
    message: `is ${show(path)}; expected ${dataReferences}.${advice}`,
    path: fieldPath,
    severity: "blocker",
    ...defined({ fix }),
  });
}
