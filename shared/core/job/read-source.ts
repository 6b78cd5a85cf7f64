import type { Issue } from "../issues.ts";
import { fromPlain } from "../yaml/from-plain.ts";
import { type Document, type ReadOptions, readDocument } from "../yaml/read-document.ts";
import type { Value } from "../yaml/value.ts";

type Read =
  | { readonly value: Value; readonly document: Document | undefined; readonly issue?: undefined }
  | { readonly issue: Issue };

/** Reads the values of a job from YAML, JSON or plain values; does not throw for invalid input. */
export function readSource(source: string | Uint8Array | object, options: ReadOptions): Read {
  if (typeof source === "string" || source instanceof Uint8Array) {
    const { document, error } = readDocument(source, options);
    if (error === undefined) return { value: document.value, document };
    const { position, ...issue } = error;
    return { issue: { ...issue, ...position } };
  }
  try {
    return { value: fromPlain(source, options.depth), document: undefined };
  } catch (error) {
    if (error instanceof RangeError)
      return {
        issue: { pointer: "", code: "too_deep", message: `The job is nested deeper than ${options.depth} levels.` },
      };
    return {
      issue: {
        pointer: "",
        code: "wrong_type",
        message: `The job cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      },
    };
  }
}
