/** Who may call: keys as the real host keeps them, in a file of this machine. */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** What a caller may do, from the least to the most. */
const levels = ["anonymous", "function", "system", "admin"] as const;
export type AuthLevel = (typeof levels)[number];

export interface HostKeys {
  readonly masterKey: string;
  /** Good for every function. */
  readonly functionKeys: Readonly<Record<string, string>>;
  readonly systemKeys: Readonly<Record<string, string>>;
  /** Good for one function: its name, then the name of the key. */
  readonly functions: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const newKey = () => randomBytes(40).toString("base64url");

/** Reads the keys of a file, which only its owner may read; makes it when there is none. @throws when it is not a file of keys. */
export function readOrCreateKeys(file: string): HostKeys {
  try {
    const keys = JSON.parse(readFileSync(file, "utf8")) as Partial<HostKeys>;
    if (typeof keys.masterKey !== "string" || keys.masterKey.length < 16)
      throw new Error(`${file} has no masterKey of 16 characters or more.`);
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

/** The level of a key. A function's own key counts for `functionName` alone. */
export function authLevelOf(keys: HostKeys, key: string | undefined, functionName?: string): AuthLevel {
  if (key === undefined || key === "") return "anonymous";
  if (same(key, keys.masterKey)) return "admin";
  if (anyOf(keys.systemKeys, key)) return "system";
  if (anyOf(keys.functionKeys, key)) return "function";
  const own = Object.entries(keys.functions).find(([name]) => name.toLowerCase() === functionName?.toLowerCase())?.[1];
  return own !== undefined && anyOf(own, key) ? "function" : "anonymous";
}

/** True where `level` is enough for what asks for `wanted`. An unknown wish asks for the most. */
export function satisfiesAuthLevel(level: AuthLevel, wanted: string): boolean {
  const index = levels.indexOf(wanted.toLowerCase() as AuthLevel);
  return levels.indexOf(level) >= (index === -1 ? levels.length - 1 : index);
}

const anyOf = (keys: Readonly<Record<string, string>>, key: string) =>
  Object.values(keys).some((known) => same(key, known));

function same(given: string, known: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(known)];
  return a.length === b.length && timingSafeEqual(a, b);
}
