import { isPlainPath } from "../../core/text/plain-path.ts";

/** True for what can be a job's part of a key: wider than a job name, so that old data stays readable, and never more than one part. */
export function isStoredName(name: string): boolean {
  return /^[A-Za-z0-9_-]{1,255}$/.test(name);
}

/** `{name}/{path}`, when that is a path below the job's own; else undefined. */
export function storedPath(name: string, path: string): string | undefined {
  return isStoredName(name) && isPlainPath(path) ? `${name}/${path}` : undefined;
}

/** The same for a write. @throws Error when it is not. */
export function pathToWrite(name: string, path: string): string {
  const whole = storedPath(name, path);
  if (whole === undefined)
    throw new Error(
      `${JSON.stringify(path.slice(0, 200))} of job ${JSON.stringify(name.slice(0, 200))} cannot be stored: not a plain path.`,
    );
  return whole;
}
