import { join } from "node:path";
import { joinPath, withoutFileScheme } from "../../../core/job/checks/local-files.ts";
import { isLocalDataPath } from "../../../core/job/fields/references.ts";
import { BackendRefusal } from "../../../core/ports/backend-port.ts";
import { isMapping, type Value } from "../../../core/yaml/value.ts";
import { jobFiles } from "../folder/job-files.ts";
import { literalText } from "./literal-text.ts";
import { redactUrl } from "./redact-url.ts";

/** An input on this machine: text for the command, data from the job's bundle, or a file to download. */
export type LocalInput =
  | { readonly text: string }
  | {
      /** Path in the bundle. */
      readonly path: string;
      /** Target of a file, relative to the folder of the job's own files. Absent for a folder. */
      readonly file?: string;
      /** File or folder for the command, relative to the folder of the job's own files. */
      readonly commandPath: string;
    }
  | {
      readonly url: string;
      /** Target of the download, relative to the folder of the job's own files. */
      readonly file: string;
      /** The file or its folder for the command, relative to the folder of the job's own files. */
      readonly commandPath: string;
    };

/** Types of data whose path is a file. Data of all other types is a folder; a download of it contains one file. */
const fileTypes: readonly unknown[] = ["uri_file", "custom_model"];

/**
 * Converts an input of a job.
 * @param bundleFolder folder of the bundle from which local paths start; undefined without a bundle.
 * @throws BackendRefusal `input_not_available_locally` for data that is neither in the bundle nor public.
 */
export function localInput(name: string, value: Value, bundleFolder?: string): LocalInput {
  if (!isMapping(value)) return { text: literalText(value) };
  const { path, type, mode } = value;
  if (path === undefined) return { text: literalText(value.value ?? "") };
  const isFile = fileTypes.includes(type);
  const folder = join(jobFiles.inputs, name);
  const isLocal = bundleFolder !== undefined && typeof path === "string" && isLocalDataPath(path);
  const packed = isLocal ? joinPath(bundleFolder, withoutFileScheme(path)) : undefined;
  if (packed !== undefined) {
    if (!isFile) return { path: packed, commandPath: folder };
    const file = join(folder, safeFileName(packed));
    return { path: packed, file, commandPath: file };
  }
  const url = typeof path === "string" ? httpsUrl(path) : undefined;
  if (url === undefined) throw new BackendRefusal("input_not_available_locally", unreadable(name, String(path)));
  // In mode "direct" the command reads the URL itself.
  if (mode === "direct") return { text: String(path) };
  const file = join(folder, safeFileName(url.pathname));
  return { url: url.href, file, commandPath: isFile ? file : folder };
}

/** The reason why data outside of the bundle cannot be read on this machine; undefined for local paths and literals. */
export function unreadableInput(name: string, value: Value): string | undefined {
  if (!isMapping(value) || typeof value.path !== "string" || isLocalDataPath(value.path)) return undefined;
  return httpsUrl(value.path) === undefined ? unreadable(name, value.path) : undefined;
}

function unreadable(name: string, path: string): string {
  return (
    `Input ${name} is ${redactUrl(path)}, which a run on this machine cannot read; ` +
    "expected a literal, data of the job's bundle, or an https or wasbs URL of a public file."
  );
}

/** wasbs://CONTAINER@ACCOUNT.blob.core.windows.net/PATH is https://ACCOUNT.blob.core.windows.net/CONTAINER/PATH. */
function httpsUrl(path: string): URL | undefined {
  const wasbs = /^wasbs:\/\/(?<container>[^@/]+)@(?<host>[^/]+)\/(?<blob>.+)$/.exec(path)?.groups;
  const url = URL.parse(wasbs === undefined ? path : `https://${wasbs.host}/${wasbs.container}/${wasbs.blob}`);
  return url?.protocol === "https:" ? url : undefined;
}

/** The last segment of a path, with characters that are safe in a file name and in a command. */
function safeFileName(path: string): string {
  const last = path.split("/").at(-1) ?? "";
  const name = last
    .replaceAll(/%[0-9A-Fa-f]{2}|[^\w.-]/g, "_")
    .replace(/^[.-]+/, "")
    .slice(-100);
  return name === "" ? "data" : name;
}
