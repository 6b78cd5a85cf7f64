import { isBlobSafePath } from "../../core/text/blob-safe-path.ts";

/** True for a valid first segment of a storage path. Accepts more than job names, so that older data can be read. */
export function isStoredName(name: string): boolean {
  return /^[A-Za-z0-9_-]{1,255}$/.test(name);
}

/** The storage path `{name}/{path}`; undefined if the name or the path is not valid. */
export function storedPath(name: string, path: string): string | undefined {
  return isStoredName(name) && isBlobSafePath(path) ? `${name}/${path}` : undefined;
}

/** The storage path `{name}/{path}` for a write. @throws Error if the name or the path is not valid. */
export function pathToWrite(name: string, path: string): string {
  const whole = storedPath(name, path);
  if (whole === undefined) throw new Error(`${shown(path)} of job ${shown(name)} is not a valid storage path.`);
  return whole;
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}
