/** Fails for lines over 120 characters, comments and texts too, which the formatter leaves alone. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const width = 120;
/** URLs and regular expressions, which cannot be wrapped, and texts that a test compares or sends as they are. */
const unbreakable = /https:\/\/|^\s*\/.*\/[a-z]*[;,)]*$/;
const wholeText = /^\s*(["'`]).*\1 ?[+,;)]*$/;
const files = execFileSync("git", ["ls-files", "*.ts", "*.mjs", ":!test/data"], { encoding: "utf8" }).split("\n");
const tooLong = files
  .filter((file) => existsSync(file))
  .flatMap((file) =>
    readFileSync(file, "utf8")
      .split("\n")
      .flatMap((line, index) => (isTooLong(file, line) ? [`${file}:${index + 1}`] : [])),
  );
for (const place of tooLong) console.error(`${place} is longer than ${width} characters.`);
process.exitCode = tooLong.length === 0 ? 0 : 1;

function isTooLong(file: string, line: string): boolean {
  return line.length > width && !unbreakable.test(line) && !(file.startsWith("test/") && wholeText.test(line));
}
