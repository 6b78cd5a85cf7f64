import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createPrivateFolder } from "../../../../local/data-folder/create-private-folder.ts";

let parent: string;
let data: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "jobgate-private-"));
  data = join(parent, "data");
});
afterEach(() => rmSync(parent, { recursive: true }));
const mode = (path: string) => statSync(path).mode & 0o777;

test("creates a data folder for its user only, regardless of the umask", () => {
  createPrivateFolder(join(parent, "a/data"));
  expect(mode(join(parent, "a/data"))).toBe(0o700);
});

test.each(["azurite", "service.json", "lock"])(
  "makes a folder of an earlier start, which contains %s, private",
  (name) => {
    mkdirSync(data);
    chmodSync(data, 0o755);
    writeFileSync(join(data, name), "");
    createPrivateFolder(data);
    expect(mode(data)).toBe(0o700);
  },
);

test("makes an empty folder private", () => {
  mkdirSync(data);
  chmodSync(data, 0o777);
  createPrivateFolder(data);
  expect(mode(data)).toBe(0o700);
});

test("rejects a folder with other files and keeps its mode: other users could lose access to their files", () => {
  mkdirSync(data);
  chmodSync(data, 0o755);
  writeFileSync(join(data, "thesis.tex"), "");
  expect(() => createPrivateFolder(data)).toThrow(
    `The folder ${data} contains other files ("thesis.tex"). Choose a new or empty folder with --data.`,
  );
  expect(mode(data)).toBe(0o755);
});
