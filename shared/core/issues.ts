/** What is wrong with a submission, and where. */

/** One JSON Patch operation (RFC 6902) that mends an issue. */
export type PatchOperation =
  | { readonly op: "add" | "replace"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string }
  | { readonly op: "move"; readonly from: string; readonly path: string };

/** One cause of a refusal. `line` and `column` count from 1; `file` names the file of a bundle that it stands in. */
export interface Issue {
  /** JSON Pointer (RFC 6901) of the place in the payload, or in `file`; "" is the whole. */
  readonly pointer: string;
  readonly line?: number;
  readonly column?: number;
  readonly file?: string;
  /** Stable word for programs, e.g. `unknown_field`, `wrong_type`, `missing_field`. */
  readonly code: string;
  readonly message: string;
  readonly suggestion?: readonly PatchOperation[];
}

/** An issue that does not make the payload invalid. With `blocks_submission` a dry run passes and a submission is refused. */
export interface Warning extends Issue {
  readonly blocks_submission: boolean;
}

/** A JSON Pointer from its parts. */
export function pointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
