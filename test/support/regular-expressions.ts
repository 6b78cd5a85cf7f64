/** Finds every regular expression of the app. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const folders = ["functions", "shared", "local"];

export interface Found {
  readonly file: string;
  readonly expression: RegExp;
}

/** A literal is where a value can be, unlike a division. */
const literal =
  /(?<=(?:[(=:,[!&|?{}>]|return|case|typeof|&&|\|\|)\s*|^\s*)\/(?![*/])((?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([dgimsuvy]*)(?=[\s.,;)\]}])/gm;

/** The source files of the app, relative to the project folder. */
export function sourceFiles(): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => join(folder, file)),
  );
}

function textOf(file: string): string {
  return readFileSync(join(root, file), "utf8").replaceAll(/^\s*(\*|\/\/|\/\*\*).*$/gm, "");
}

/** The regular expression literals of all source files. */
export function regexLiterals(): readonly Found[] {
  return sourceFiles().flatMap((file) =>
    Array.from(textOf(file).matchAll(literal), ([, pattern = "", flags = ""]) => ({
      file,
      expression: new RegExp(pattern, flags),
    })),
  );
}

/** The source files that create regular expressions from text, which `regexLiterals` does not find. */
export function filesCallingRegExp(): readonly string[] {
  return sourceFiles().filter((file) => /\bRegExp\(/.test(textOf(file)));
}
