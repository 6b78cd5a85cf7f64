import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { noticeCodes } from "../../../shared/core/records/notice.ts";

test("docs/http-api.md has a row for each code of a notice", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/http-api.md"), "utf8");
  const table = page.slice(page.indexOf("| `code` | meaning | fix |"));
  const rows = Array.from(table.slice(0, table.indexOf("\n\n")).matchAll(/^\| `(\w+)` \|/gm), ([, code]) => code);
  expect(new Set(rows.filter((code) => code !== "code"))).toEqual(new Set<string>(noticeCodes));
});
