/** Finds the job in a zip that comes alone. */
import { ServiceError } from "../core/errors.ts";
import type { Bundle } from "./open-bundle.ts";

const jobNames = ["job.yml", "job.yaml", "job.json"];

/** The path of the job. @param takesJobPath whether the caller can name another with `?job=`. @throws ServiceError `invalid_bundle` for none, or several. */
export function findJobFile(bundle: Bundle, takesJobPath: boolean): string {
  const [path, ...others] = jobNames.filter((name) => bundle.kind(name) === "file");
  if (path !== undefined && others.length === 0) return path;
  const expected = `A zip that comes alone has its job at the top, as one of ${jobNames.join(", ")}${takesJobPath ? ", or says where it is with ?job=PATH" : ""}`;
  const found = path === undefined ? advice(bundle, takesJobPath) : ` has ${[path, ...others].join(" and ")}`;
  throw new ServiceError("invalid_bundle", `${expected}; this one${found}.`);
}

/** The likely job of the zip, and how to submit it. */
function advice(bundle: Bundle, takesJobPath: boolean): string {
  const [path, ...others] = likelyJobs(bundle);
  if (path === undefined) return " has none";
  if (others.length > 0)
    return ` has several files that could be it: ${[path, ...others.slice(0, 4)].join(", ")}${others.length > 4 ? " ..." : ""}`;
  const query = `?job=${encodeURIComponent(path).replaceAll("%2F", "/")}`;
  if (takesJobPath) return ` has ${path}: send it with ${query}`;
  const name = jobNames.find((each) => path.endsWith(each.slice(each.indexOf(".")))) ?? "job.yml";
  return path.includes("/")
    ? ` has ${path}: zip that folder alone with the job as ${name}, or send the zip over HTTP with ${query}`
    : ` has ${path}: call it ${name}`;
}

/** The files that could be the job: the first one called like one, else the YAML files at the top, else those in folders, else JSON files at the top. */
function likelyJobs(bundle: Bundle): readonly string[] {
  const paths = bundle.files.map(({ path }) => path);
  const named = paths.find((path) => jobNames.includes(path.slice(path.lastIndexOf("/") + 1)));
  if (named !== undefined) return [named];
  const yaml = paths.filter((path) => /\.ya?ml$/i.test(path) && !isCondaFile(bundle, path));
  const json = paths.filter((path) => /^[^/]*\.json$/i.test(path));
  return [yaml.filter((path) => !path.includes("/")), yaml, json].find(({ length }) => length > 0) ?? [];
}

const smallBytes = 65_536;

/** A file that jobs often bring along. */
function isCondaFile(bundle: Bundle, path: string): boolean {
  const file = bundle.file(path);
  if (file === undefined || file.size > smallBytes) return false;
  return /^(?:dependencies|channels):/m.test(Buffer.from(bundle.read(path) ?? "").toString());
}
