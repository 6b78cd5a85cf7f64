import type { Diagnostic } from "../../../diagnostic.ts";
import { type CheckContext, filesBudget, type JobFilesReader } from "../../checks/local-files.ts";
import { show } from "../../schema/show.ts";

/** No errors are counted, because `report` throws for one, and no issue needs the origin of its file. */
const unrecorded = { hasErrors: () => false, addOrigin: () => {} };

/**
 * The context in which a component file is read again that was already checked with its job; `report` throws an Error
 * for an error.
 */
export function checkedContext(path: string, files: JobFilesReader, folder: string): CheckContext {
  const report = ({ severity, message }: Diagnostic): void => {
    if (severity === "error") throw new Error(`The component ${show(path)} cannot be read: ${message}`);
  };
  const limits = { depth: 32, nodes: 20_000 };
  return { files, limits, folder, report, ...unrecorded, budget: filesBudget(limits.nodes) };
}
