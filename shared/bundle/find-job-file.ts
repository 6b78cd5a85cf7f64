import { ServiceError } from "../core/errors.ts";
import type { Bundle } from "./open-bundle.ts";

const jobNames = ["job.yml", "job.yaml", "job.json"];

/**
 * The path of the job file in a zip that was sent without a separate job.
 * @param acceptsJobPath whether the caller can give another path with `?job=`.
 * @throws ServiceError `invalid_bundle` without a job file or with several.
 */
export function findJobFile(bundle: Bundle, acceptsJobPath: boolean): string {
  const [path, ...others] = jobNames.filter((name) => bundle.kind(name) === "file");
  if (path !== undefined && others.length === 0) return path;
  const message =
    path === undefined
      ? missingJobMessage(bundle, acceptsJobPath)
      : `The zip has several job files in its root folder: ${[path, ...others].join(" and ")}. ` +
        `Keep one${acceptsJobPath ? ", or choose one with ?job=PATH" : ""}.`;
  throw new ServiceError("invalid_bundle", message);
}

const maxShown = 5;

function missingJobMessage(bundle: Bundle, acceptsJobPath: boolean): string {
  const candidates = possibleJobFiles(bundle);
  const [path, other] = candidates;
  if (path === undefined) {
    const orPath = acceptsJobPath ? ", or give its path with ?job=PATH" : "";
    return `The zip has no job file. Add the job to its root folder as job.yml, job.yaml or job.json${orPath}.`;
  }
  if (other === undefined) return `The zip has no job file in its root folder. ${adviceFor(path, acceptsJobPath)}.`;
  const shown = `${candidates.slice(0, maxShown).join(", ")}${candidates.length > maxShown ? " ..." : ""}`;
  return (
    `The zip has no job file in its root folder, but several files that could be the job: ${shown}. ` +
    `Rename one to job.yml${acceptsJobPath ? ", or choose one with ?job=PATH" : ""}.`
  );
}

/** Message text that describes how to use this file as the job. */
function adviceFor(path: string, acceptsJobPath: boolean): string {
  const query = `?job=${encodeURIComponent(path).replaceAll("%2F", "/")}`;
  if (acceptsJobPath) return `Send ${path} as the job with ${query}`;
  const name = jobNames.find((each) => path.endsWith(each.slice(each.indexOf(".")))) ?? "job.yml";
  return path.includes("/")
    ? `Zip only the folder of ${path} with the job as ${name}, or send the zip over HTTP with ${query}`
    : `Rename ${path} to ${name}`;
}

/**
 * Possible job files: the first file with the name of a job file; without one, the YAML files in the root folder, those
 * in other folders, or the JSON files in the root folder.
 */
function possibleJobFiles(bundle: Bundle): readonly string[] {
  const paths = bundle.files.map(({ path }) => path);
  const named = paths.find((path) => jobNames.includes(path.slice(path.lastIndexOf("/") + 1)));
  if (named !== undefined) return [named];
  const yaml = paths.filter((path) => /\.ya?ml$/i.test(path) && !isCondaFile(bundle, path));
  const json = paths.filter((path) => /^[^/]*\.json$/i.test(path));
  return [yaml.filter((path) => !path.includes("/")), yaml, json].find(({ length }) => length > 0) ?? [];
}

const smallBytes = 65_536;

/** True for a conda environment file, which bundles often contain. */
function isCondaFile(bundle: Bundle, path: string): boolean {
  const file = bundle.file(path);
  if (file === undefined || file.size > smallBytes) return false;
  return /^(?:dependencies|channels):/m.test(Buffer.from(bundle.read(path) ?? "").toString());
}
