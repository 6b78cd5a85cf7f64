import { expect, test } from "vitest";
import { localInput } from "../../../../../shared/backends/local/inputs/local-input.ts";
import { toFloat, type Value } from "../../../../../shared/core/yaml/value.ts";

test.each<[Value, string]>([
  ["a text", "a text"],
  [3, "3"],
  [2n ** 64n, "18446744073709551616"],
  [true, "True"],
  [false, "False"],
  [0.1, "0.1"],
  [toFloat(1), "1.0"],
  [toFloat(-0), "-0.0"],
  [0.00001, "1e-05"],
  [1.5e-10, "1.5e-10"],
  [toFloat(1e16), "1e+16"],
  [toFloat(1e15), "1000000000000000.0"],
  [toFloat(Number.NEGATIVE_INFINITY), "-inf"],
  [{ value: false }, "False"],
  [{ value: "x" }, "x"],
])("converts the literal %o to %j, as Python prints it", (value, text) => {
  expect(localInput("x", value)).toEqual({ text });
});

test.each<[Value, object]>([
  [
    { type: "uri_file", path: "https://example.org/a/iris.csv" },
    { url: "https://example.org/a/iris.csv", file: "inputs/x/iris.csv", commandPath: "inputs/x/iris.csv" },
  ],
  [
    { type: "uri_folder", path: "https://example.org/iris.csv?sig=1" },
    { url: "https://example.org/iris.csv?sig=1", file: "inputs/x/iris.csv", commandPath: "inputs/x" },
  ],
  [{ path: "https://example.org/" }, { url: "https://example.org/", file: "inputs/x/data", commandPath: "inputs/x" }],
  [
    { type: "uri_file", path: "wasbs://data@acc.blob.core.windows.net/a b/$(x).csv" },
    {
      url: "https://acc.blob.core.windows.net/data/a%20b/$(x).csv",
      file: "inputs/x/__x_.csv",
      commandPath: "inputs/x/__x_.csv",
    },
  ],
  [
    { type: "uri_file", path: "https://example.org/..%2f..%2fetc" },
    { url: "https://example.org/..%2f..%2fetc", file: "inputs/x/_.._etc", commandPath: "inputs/x/_.._etc" },
  ],
  [{ path: "https://example.org/a.csv", mode: "direct" }, { text: "https://example.org/a.csv" }],
])("downloads the data %j to a file with a safe name", (value, expected) => {
  expect(localInput("x", value)).toEqual(expected);
});

test.each([
  "azureml:iris:1",
  "azureml:iris@latest",
  "azureml://datastores/d/paths/p",
  "./data",
  "/etc/passwd",
  "http://example.org/a",
  "wasb://c@h/b",
  "file:///etc/passwd",
])("rejects the data %s with the name of the input", (path) => {
  expect(() => localInput("x", { type: "uri_file", path })).toThrow(
    expect.objectContaining({
      code: "input_not_available_locally",
      message: expect.stringContaining(`Input x is ${path}`),
    }),
  );
});

test("hides the credentials and the signature of a URL", () => {
  expect(() => localInput("x", { path: "http://user:secret@example.org/a?sig=secret" })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining("secret") }),
  );
});
