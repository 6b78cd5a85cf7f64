import { defined } from "../../../lib/defined.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import type { Position } from "../../yaml/line-and-column.ts";

/** Warns about a tab, in the job or in a file that the job refers to, because the SDK and `az ml` reject the file. */
export function tabWarning(path: readonly PropertyKey[], position: Position, file?: string): Diagnostic {
  const subject = file === undefined ? "contains a tab" : `refers to ${file}, which contains a tab`;
  const where = `${subject} outside of quotes and comments in line ${position.line}`;
  return {
    severity: "warning",
    code: "tab",
    path,
    message: `${where}; it is read as a blank, but \`az ml\` and the SDK reject such a file. Replace it with blanks.`,
    within: { ...defined({ file }), pointer: "", ...position },
  };
}
