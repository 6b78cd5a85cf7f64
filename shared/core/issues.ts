/** Issues and warnings of a submission. */

/** One JSON Patch operation (RFC 6902) that fixes an issue. */
export type PatchOperation =
  | { readonly op: "add" | "replace"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string }
  | { readonly op: "move"; readonly from: string; readonly path: string };

/** A problem that makes a submission invalid. `line` and `column` count from 1; `file` is the file of the bundle. */
export interface Issue {
  /** JSON Pointer (RFC 6901) of the location in the payload, or in `file`; "" for the whole document. */
  readonly pointer: string;
  readonly line?: number;
  readonly column?: number;
  readonly file?: string;
  /** Stable code for programs, e.g. `unknown_field`, `wrong_type`, `missing_field`. */
  readonly code: string;
  readonly message: string;
  readonly suggestion?: readonly PatchOperation[];
}

/** A problem that does not make the payload invalid. With `blocks_submission`, only a dry run is accepted. */
export interface Warning extends Issue {
  readonly blocks_submission: boolean;
}

/** A JSON Pointer from its parts. */
export function pointer(path: readonly PropertyKey[]): string {
  let text = "";
  for (const part of path) text += `/${escaped(String(part))}`;
  return text;
}

/** The parts of a JSON Pointer. */
export function parsePointer(text: string): readonly string[] {
  return text
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function escaped(part: string): string {
  return part.includes("~") || part.includes("/") ? part.replaceAll("~", "~0").replaceAll("/", "~1") : part;
}
