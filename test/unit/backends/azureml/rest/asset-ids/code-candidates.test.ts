import { describe, expect, test } from "vitest";
import { codeFiles, filesOf } from "../../../../../support/code-files.ts";

const all = ["job.yml", "src/main.py", "src/lib/a.py", "src/data.csv", "shared/util.py", "shared/sub/b.py", "LICENSE"];
const none = () => () => false;

function paths(
  path: string,
  includes: readonly string[] = [],
  folder = "",
  rules: (folder: string) => (path: string) => boolean = none,
): readonly string[] {
  return codeFiles((from) => filesOf(all, from), { path, includes }, folder, rules).map(({ from, path: to }) =>
    from === to ? to : `${from} -> ${to}`,
  );
}

describe("the files of a code asset", () => {
  test("are those below its folder, with paths relative to it", () => {
    expect(paths("./src")).toEqual(["src/main.py -> main.py", "src/lib/a.py -> lib/a.py", "src/data.csv -> data.csv"]);
  });

  test("are all files of the bundle for its root folder", () => {
    expect(paths(".")).toEqual(all);
  });

  test("are a single file for a file", () => {
    expect(paths("src/lib/a.py")).toEqual(["src/lib/a.py -> a.py"]);
  });

  test("are relative to the folder of the job", () => {
    expect(paths("../shared", [], "src")).toEqual(["shared/util.py -> util.py", "shared/sub/b.py -> sub/b.py"]);
  });

  test("are none for a path outside of the bundle", () => {
    expect(paths("../elsewhere")).toEqual([]);
  });

  test("do not contain the files that the ignore file of their folder matches", () => {
    expect(paths("src", [], "", (folder) => (path) => folder === "src" && path.endsWith(".csv"))).toEqual([
      "src/main.py -> main.py",
      "src/lib/a.py -> lib/a.py",
    ]);
  });

  test("contain the additional includes beside them, under their own names", () => {
    expect(paths("lib", ["../shared/", "../LICENSE"], "src")).toEqual([
      "src/lib/a.py -> a.py",
      "shared/util.py",
      "shared/sub/b.py",
      "LICENSE",
    ]);
  });

  test("do not contain an include outside of the bundle", () => {
    expect(paths("src/lib", ["../../shared/"])).toEqual(["src/lib/a.py -> a.py"]);
  });
});
