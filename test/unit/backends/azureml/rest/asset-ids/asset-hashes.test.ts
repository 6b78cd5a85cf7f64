import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  codeHash,
  type HashedFile,
  uploadHash,
  uploadPath,
} from "../../../../../../shared/backends/azureml/rest/asset-ids/asset-hashes.ts";
import type { CodeFile } from "../../../../../../shared/backends/azureml/rest/asset-ids/code-candidates.ts";
import { type IsIgnored, ignoreFiles, readIgnoreRules } from "../../../../../../shared/bundle/ignore/ignore-file.ts";
import { codeFiles, filesOf } from "../../../../../support/code-files.ts";

interface Judged {
  readonly name: string;
  readonly file?: string;
  readonly files: Readonly<Record<string, string>>;
  readonly code: string;
  readonly upload: string;
}

const judged = JSON.parse(readFileSync("test/data/parity/hashes.json", "utf8")) as readonly Judged[];

function rulesOf({ files }: Judged): IsIgnored {
  const name = ignoreFiles.find((each) => Object.hasOwn(files, each));
  return name === undefined ? () => false : readIgnoreRules(files[name] ?? "").isIgnored;
}

function hashed(files: Judged["files"], found: readonly CodeFile[]): readonly HashedFile[] {
  return found.map(({ from, path }) => {
    const bytes = Buffer.from(files[from] ?? "");
    return { path, size: bytes.length, content: () => [bytes.subarray(0, 1), bytes.subarray(1)] };
  });
}

describe.each(judged.map((each) => [each.name, each] as const))("%s", (_name, each) => {
  const all = Object.keys(each.files);

  test("has the same hash as code of the SDK", async () => {
    const found = codeFiles(
      (from) => filesOf(all, from),
      { path: each.file ?? ".", includes: [] },
      "",
      () => rulesOf(each),
    );
    expect(await codeHash(hashed(each.files, found))).toBe(each.code);
  });

  test("has the same hash as data of the SDK", async () => {
    const files = hashed(each.files, filesOf(all, each.file ?? ""));
    const alone = files.map((file) => ({ ...file, path: "" }));
    expect(await (each.file === undefined ? uploadHash(files, rulesOf(each)) : uploadHash(alone))).toBe(each.upload);
  });
});

test("the path of an upload is its hash and its name", () => {
  expect(uploadPath("abc", "data")).toBe("LocalUpload/abc/data");
});
