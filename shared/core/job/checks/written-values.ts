/** Finds the values of a payload as they are written in the job or in the files that it refers to. */
import { pointer } from "../../issues.ts";
import type { Document } from "../../yaml/read-document.ts";
import type { Value } from "../../yaml/value.ts";

/** A file whose content replaces the value at `path` of the payload. */
export interface Origin {
  readonly path: readonly string[];
  readonly file: string;
  readonly document: Document;
}

/** Where a path of the payload leads: into the job, or into the innermost file around it. */
interface Place {
  /** Undefined for the job. */
  readonly file: string | undefined;
  /** The whole content of the job or the file. */
  readonly value: Value;
  /** Undefined for a job that was not sent as text. */
  readonly document: Document | undefined;
  /** The path within the content. */
  readonly path: readonly PropertyKey[];
}

export interface Written {
  /** The place of a path. That of the value that a file replaces is the reference to the file. */
  placeOf(path: readonly PropertyKey[]): Place;
  valueAt(path: readonly PropertyKey[]): Value | undefined;
  /** The value that contains the one at a path. */
  parentOf(path: readonly PropertyKey[]): Value | undefined;
}

export function writtenValues(payload: Value, document: Document | undefined, origins: readonly Origin[]): Written {
  // A map, because a job may have thousands of files and thousands of issues.
  const files = new Map(origins.map((origin) => [pointer(origin.path), origin]));
  const placeOf = (path: readonly PropertyKey[]): Place => {
    const origin = files.size === 0 ? undefined : originOf(shortPath(path), files);
    if (origin === undefined) return { file: undefined, value: payload, document, path };
    const { file, document: content } = origin;
    return { file, value: content.value, document: content, path: path.slice(origin.path.length) };
  };
  return {
    placeOf,
    valueAt(path) {
      const place = placeOf(path);
      return valueAt(place.value, place.path);
    },
    parentOf(path) {
      const place = placeOf(path);
      return valueAt(place.value, place.path.slice(0, -1));
    },
  };
}

function originOf(path: readonly PropertyKey[], files: ReadonlyMap<string, Origin>): Origin | undefined {
  for (let length = path.length - 1; length >= 0; length--) {
    const found = files.get(pointer(path.slice(0, length)));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Limits in characters, because the pointer and the message of every issue below a path repeat its names. */
const maxPathLength = 2000;

/** The path, truncated to the maximum length. */
export function shortPath(path: readonly PropertyKey[]): readonly PropertyKey[] {
  let length = 0;
  const end = path.findIndex((name) => {
    length += String(name).length;
    return length > maxPathLength;
  });
  return end < 0 ? path : path.slice(0, end);
}

/** The value at a path; undefined if there is none. */
export function valueAt(value: Value, path: readonly PropertyKey[]): Value {
  let found: Value = value;
  for (const part of path) found = Object(found)[part];
  return found;
}
