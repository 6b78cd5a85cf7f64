import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  authLevelOf,
  type HostKeys,
  readOrCreateKeys,
  satisfiesAuthLevel,
} from "../../../../../local/host/http/keys.ts";

const keys: HostKeys = {
  masterKey: "m",
  functionKeys: { default: "f" },
  systemKeys: { events: "s" },
  functions: { "Submit-Job": { partner: "p" } },
};

test.each([
  [undefined, "submit-job", "anonymous"],
  ["", "submit-job", "anonymous"],
  ["wrong", "submit-job", "anonymous"],
  ["f", "submit-job", "function"],
  ["p", "submit-job", "function"],
  ["p", "list-jobs", "anonymous"],
  ["p", undefined, "anonymous"],
  ["s", "submit-job", "system"],
  ["m", "submit-job", "admin"],
])("the key %j for %s has level %s", (key, name, level) => {
  expect(authLevelOf(keys, key, name)).toBe(level);
});

test.each([
  ["anonymous", "anonymous", true],
  ["anonymous", "function", false],
  ["function", "Function", true],
  ["function", "admin", false],
  ["system", "function", true],
  ["admin", "admin", true],
  ["system", "unheard-of", false],
  ["admin", "unheard-of", true],
] as const)("level %s is enough for %s: %s", (level, wanted, enough) => {
  expect(satisfiesAuthLevel(level, wanted)).toBe(enough);
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "keys-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("creates keys once, in a file that only its owner can read", () => {
  const file = join(folder, "deep/keys.json");
  const made = readOrCreateKeys(file);
  expect(made.masterKey.length).toBeGreaterThan(40);
  expect(made.functionKeys.default).not.toBe(made.masterKey);
  expect(readOrCreateKeys(file)).toEqual(made);
  if (process.platform !== "win32") expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("rejects a file without a master key, and keeps it", () => {
  const file = join(folder, "keys.json");
  writeFileSync(file, '{"masterKey":"short"}');
  expect(() => readOrCreateKeys(file)).toThrow("has no masterKey of at least 16 characters.");
  expect(readFileSync(file, "utf8")).toBe('{"masterKey":"short"}');
});
