import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makePrivateFolder } from "../../../local/private-folder.ts";

let parent: string;
let data: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "jobgate-private-"));
  data = join(parent, "data");
});
afterEach(() => rmSync(parent, { recursive: true }));
const mode = (path: string) => statSync(path).mode & 0o777;

test("a data folder is made for its user alone, whatever the mask", () => {
  makePrivateFolder(join(parent, "a/data"));
  expect(mode(join(parent, "a/data"))).toBe(0o700);
});

test.each(["azurite", "service.json", "lock"])(
  "a folder of an earlier start, which has left %s, is closed to other users",
  (name) => {
    mkdirSync(data);
    chmodSync(data, 0o755);
    writeFileSync(join(data, name), "");
    makePrivateFolder(data);
    expect(mode(data)).toBe(0o700);
  },
);

test("an empty folder is closed, too", () => {
  mkdirSync(data);
  chmodSync(data, 0o777);
  makePrivateFolder(data);
  expect(mode(data)).toBe(0o700);
});

test("a folder with other files is refused and left as it is: closing it could shut others out of theirs", () => {
  mkdirSync(data);
  chmodSync(data, 0o755);
  writeFileSync(join(data, "thesis.tex"), "");
  expect(() => makePrivateFolder(data)).toThrow(
    `The folder ${data} holds other files ("thesis.tex"). Choose a new or an empty folder with --data.`,
  );
  expect(mode(data)).toBe(0o755);
});
