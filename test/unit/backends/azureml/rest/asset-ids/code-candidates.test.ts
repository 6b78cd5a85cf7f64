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
  test("are those below its folder, by their paths from there", () => {
    expect(paths("./src")).toEqual(["src/main.py -> main.py", "src/lib/a.py -> lib/a.py", "src/data.csv -> data.csv"]);
  });

  test("are all of the bundle for the folder at its top", () => {
    expect(paths(".")).toEqual(all);
  });

  test("are one for a file", () => {
    expect(paths("src/lib/a.py")).toEqual(["src/lib/a.py -> a.py"]);
  });

  test("start from the folder of the job", () => {
    expect(paths("../shared", [], "src")).toEqual(["shared/util.py -> util.py", "shared/sub/b.py -> sub/b.py"]);
  });

  test("are none for a path that leads out of the bundle", () => {
    expect(paths("../elsewhere")).toEqual([]);
  });

  test("leave out what the ignore file of their folder says", () => {
    expect(paths("src", [], "", (folder) => (path) => folder === "src" && path.endsWith(".csv"))).toEqual([
      "src/main.py -> main.py",
      "src/lib/a.py -> lib/a.py",
    ]);
  });

  test("have what they include beside them, under its own name", () => {
    expect(paths("lib", ["../shared/", "../LICENSE"], "src")).toEqual([
      "src/lib/a.py -> a.py",
      "shared/util.py",
      "shared/sub/b.py",
      "LICENSE",
    ]);
  });

  test("have nothing of an include that leads out of the bundle", () => {
    expect(paths("src/lib", ["../../shared/"])).toEqual(["src/lib/a.py -> a.py"]);
  });
});
