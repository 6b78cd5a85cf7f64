import { expect, test } from "vitest";
import { readFlags, readFlagsAndPositionals } from "../../../local/read-flags.ts";

const options = {
  port: { type: "string", default: "7071" },
  data: { type: "string" },
  quiet: { type: "boolean", default: false },
} as const;

/** `parseArgs` of Node reads the command line of the process. */
function read<T>(args: readonly string[], with_: () => T): T {
  const before = process.argv;
  process.argv = [...before.slice(0, 2), ...args];
  try {
    return with_();
  } finally {
    process.argv = before;
  }
}

test.each([
  [["--data", ""], "--data: the value is empty"],
  [["--data="], "--data: the value is empty"],
  [["--data", "  "], "--data: the value is empty"],
  [["--data"], "--data: the value is missing"],
  [["--data", "--quiet"], "--data: the value is missing"],
  [["--port", ""], "--port: the value is empty"],
  [["--port", "1", "--port", "2"], "--port is repeated; use it once"],
  [["--quiet", "--quiet"], "--quiet is repeated; use it once"],
  [["--quiet=yes"], "Option '--quiet' does not take an argument"],
  [["--prot", "1"], "Unknown option '--prot'"],
  [["-p", "1"], "Unknown option '-p'"],
  [["7072"], "Unexpected argument '7072'"],
  [[""], "Unexpected argument ''"],
])("%j is rejected in one line with the command for help", (args, reason) => {
  expect(() => read(args, () => readFlags("npm start", options))).toThrow(
    new Error(`${reason}. List the options with: npm start -- --help`),
  );
});

test("parses options and adds the defaults", () => {
  expect(read(["--data", "a b"], () => readFlags("npm start", options))).toEqual({
    port: "7071",
    data: "a b",
    quiet: false,
  });
});

test("a command with positional arguments rejects empty ones", () => {
  expect(read(["start", "--quiet"], () => readFlagsAndPositionals("npm run x", options))).toMatchObject({
    positionals: ["start"],
    values: { quiet: true },
  });
  expect(() => read(["start", ""], () => readFlagsAndPositionals("npm run x", options))).toThrow(
    "An argument is empty.",
  );
});
