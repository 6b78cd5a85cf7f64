/** Fails for lines over 120 characters, comments and texts too, which the formatter does not wrap. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const width = 120;
/** URLs and regular expressions, which cannot be wrapped. */
const unbreakable = /https:\/\/|^\s*\/.*\/[a-z]*[;,)]*$/;
const files = execFileSync("git", ["ls-files", "*.ts", "*.mjs", ":!test/data"], { encoding: "utf8" }).split("\n");
const tooLong = files
  .filter((file) => existsSync(file))
  .flatMap((file) =>
    readFileSync(file, "utf8")
      .split("\n")
      .flatMap((line, index) => (line.length > width && !unbreakable.test(line) ? [`${file}:${index + 1}`] : [])),
  );
for (const location of tooLong) console.error(`${location} is longer than ${width} characters.`);
process.exitCode = tooLong.length === 0 ? 0 : 1;
