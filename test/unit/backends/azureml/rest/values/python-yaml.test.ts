import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { pythonYaml } from "../../../../../../shared/backends/azureml/rest/values/python-yaml.ts";
import { readDocument } from "../../../../../../shared/core/yaml/read-document.ts";
import type { Mapping } from "../../../../../../shared/core/yaml/value.ts";

const text = readFileSync("test/data/parity/printed.json", "utf8");
const { document } = readDocument(text, { format: "json", depth: 20, nodes: 10_000 });
const printed = document?.value as readonly (readonly [Mapping, string])[];

test.each(printed.map(([value, yaml], index) => [`mapping ${index}`, value, yaml] as const))(
  "%s is written as by PyYAML",
  (_name, value, yaml) => {
    expect(pythonYaml(value)).toBe(yaml);
  },
);
