import { join } from "node:path";
import { joinPath, withoutFileScheme } from "../../../core/job/checks/local-files.ts";
import { isLocalDataPath } from "../../../core/job/fields/references.ts";
import { BackendRefusal } from "../../../core/ports/backend-port.ts";
import { isFloat, isMapping, numberOf, type Value } from "../../../core/yaml/value.ts";
import { jobFiles } from "../folder/job-files.ts";

/** What an input is on this machine: a text for the command, a file to fetch, or data of the job's bundle. */
export type LocalInput =
  | { readonly text: string }
  | {
      /** In the bundle. */
      readonly path: string;
      /** Where a file goes, relative to the job's folder; absent where the command is given a folder. */
      readonly file?: string;
      readonly given: string;
    }
  | {
      readonly url: string;
      /** Where the file goes, relative to the job's folder. */
      readonly file: string;
      /** What the command is given: the file or its folder, relative to the job's folder. */
      readonly given: string;
    };

/** Types whose path is a file; every other type of data is a folder, here with one file in it. */
const fileTypes: readonly unknown[] = ["uri_file", "custom_model"];

/** `bundleFolder`: where the paths of a job with a bundle start in it. @throws BackendRefusal `input_not_available_locally` for data that only Azure ML or the submitter's disk has. */
export function localInput(name: string, value: Value, bundleFolder?: string): LocalInput {
  if (!isMapping(value)) return { text: literalText(value) };
  if (value.path === undefined) return { text: literalText(value.value ?? "") };
  const { path } = value;
  const isLocal = bundleFolder !== undefined && typeof path === "string" && isLocalDataPath(path);
  const packed = isLocal ? joinPath(bundleFolder, withoutFileScheme(path)) : undefined;
  if (packed !== undefined) {
    const folder = join(jobFiles.inputs, name);
    if (!fileTypes.includes(value.type)) return { path: packed, given: folder };
    const file = join(folder, fileName(packed));
    return { path: packed, file, given: file };
  }
  const url = typeof path === "string" ? httpsUrl(path) : undefined;
  if (url === undefined) {
    throw new BackendRefusal(
      "input_not_available_locally",
      `Input ${name} is ${redactUrl(String(path))}, which a run on this machine cannot read; expected a literal, data of the job's bundle, or an https or wasbs URL of a public file.`,
    );
  }
  // "direct" is the URL itself, for the command to read.
  if (value.mode === "direct") return { text: String(path) };
  const folder = join(jobFiles.inputs, name);
  const file = join(folder, fileName(url.pathname));
  return { url: url.href, file, given: fileTypes.includes(value.type) ? file : folder };
}

/** wasbs://CONTAINER@ACCOUNT.blob.core.windows.net/PATH is https://ACCOUNT.blob.core.windows.net/CONTAINER/PATH. */
function httpsUrl(path: string): URL | undefined {
  const wasbs = /^wasbs:\/\/(?<container>[^@/]+)@(?<host>[^/]+)\/(?<blob>.+)$/.exec(path)?.groups;
  const url = URL.parse(wasbs === undefined ? path : `https://${wasbs.host}/${wasbs.container}/${wasbs.blob}`);
  return url?.protocol === "https:" ? url : undefined;
}

/** The last part of a path, of characters that are harmless in a file name and in a command. */
function fileName(path: string): string {
  const last = path.split("/").at(-1) ?? "";
  const name = last
    .replaceAll(/%[0-9A-Fa-f]{2}|[^\w.-]/g, "_")
    .replace(/^[.-]+/, "")
    .slice(-100);
  return name === "" ? "data" : name;
}

/** A URL as it may be shown: its query may hold a signature, and a password may stand before its host. */
export function redactUrl(url: string): string {
  return url.replace(/[?#].*$/s, "").replace(/^(https?:\/\/)[^/@]*@/i, "$1");
}

/** A literal as the SDK sends it: Python's `str`. */
function literalText(value: Value): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  const number = numberOf(value);
  if (typeof value === "string" || typeof value === "bigint" || number === undefined) return String(value);
  return isFloat(value) || !Number.isInteger(number) ? pythonFloat(number) : String(number);
}

/** Python prints an exponent below 1e-4 and from 1e16, of two digits at least. */
function pythonFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
  return Number.isInteger(value) ? `${Object.is(value, -0) ? "-0" : value}.0` : String(value);
}
