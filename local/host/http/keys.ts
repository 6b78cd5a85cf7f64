/** Function keys, in the structure of the real host but in a local file. */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Authorization levels, from the lowest to the highest. */
const levels = ["anonymous", "function", "system", "admin"] as const;
export type AuthLevel = (typeof levels)[number];

export interface HostKeys {
  readonly masterKey: string;
  /** Valid for every function. */
  readonly functionKeys: Readonly<Record<string, string>>;
  readonly systemKeys: Readonly<Record<string, string>>;
  /** Keys for one function, by function name and key name. */
  readonly functions: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const newKey = () => randomBytes(40).toString("base64url");

/** Reads a key file, or creates it for this user only. @throws if the file has no valid keys. */
export function readOrCreateKeys(file: string): HostKeys {
  try {
    const keys = JSON.parse(readFileSync(file, "utf8")) as Partial<HostKeys>;
    if (typeof keys.masterKey !== "string" || keys.masterKey.length < 16)
      throw new Error(`${file} has no masterKey of at least 16 characters. Delete the file to create new keys.`);
    return {
      masterKey: keys.masterKey,
      functionKeys: keys.functionKeys ?? {},
      systemKeys: keys.systemKeys ?? {},
      functions: keys.functions ?? {},
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const keys: HostKeys = { masterKey: newKey(), functionKeys: { default: newKey() }, systemKeys: {}, functions: {} };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600, flag: "wx" });
  chmodSync(file, 0o600);
  return keys;
}

/** The authorization level of a key. A key of one function is valid only for `functionName`. */
export function authLevelOf(keys: HostKeys, key: string | undefined, functionName?: string): AuthLevel {
  if (key === undefined || key === "") return "anonymous";
  if (isSameKey(key, keys.masterKey)) return "admin";
  if (includesKey(keys.systemKeys, key)) return "system";
  if (includesKey(keys.functionKeys, key)) return "function";
  const keysOfFunction = Object.entries(keys.functions).find(
    ([name]) => name.toLowerCase() === functionName?.toLowerCase(),
  )?.[1];
  return keysOfFunction !== undefined && includesKey(keysOfFunction, key) ? "function" : "anonymous";
}

/** True if `level` is at least `required`. An unknown level requires the highest one. */
export function satisfiesAuthLevel(level: AuthLevel, required: string): boolean {
  const index = levels.indexOf(required.toLowerCase() as AuthLevel);
  return levels.indexOf(level) >= (index === -1 ? levels.length - 1 : index);
}

const includesKey = (keys: Readonly<Record<string, string>>, key: string) =>
  Object.values(keys).some((storedKey) => isSameKey(key, storedKey));

function isSameKey(key: string, storedKey: string): boolean {
  const [a, b] = [Buffer.from(key), Buffer.from(storedKey)];
  return a.length === b.length && timingSafeEqual(a, b);
}
