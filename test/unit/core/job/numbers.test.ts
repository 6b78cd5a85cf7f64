/** Numbers of JSON are dumped and returned unchanged. */
import { expect, test } from "vitest";
import { loadJob } from "../../../../shared/core/job/load-job.ts";

const jobOf = (number: string) =>
  loadJob(`{"command": "x", "environment": "azureml:e:1", "inputs": {"a": ${number}}}`, { format: "json" });

test.each([
  ["1e5", "!!float 1e5"],
  ["1E5", "!!float 1E5"],
  ["1e-7", "1.0e-7"],
  ["-1.50e-3", "!!float -1.50e-3"],
  ["1.50", "!!float 1.50"],
  ["1.0", "1.0"],
  ["-0.0", "-0.0"],
  ["9007199254740993", "9007199254740993"],
])("the JSON number %s is printed as %s in YAML, and is read back as the same JSON", (number, dumped) => {
  const { job } = jobOf(number);
  expect(job?.toYaml()).toContain(`\n  a: ${dumped}\n`);
  const answer = JSON.stringify(job?.toObject());
  expect(answer).toContain(`"inputs":{"a":${number}}`);
  // From the dump, and from the returned values.
  for (const source of [job?.toYaml() ?? "", job?.toObject() ?? {}]) {
    const { job: again } = loadJob(source);
    expect([JSON.stringify(again?.toObject()), again?.toYaml()]).toEqual([answer, job?.toYaml()]);
  }
});

test("-0 is read as 0, and the message about an infinite number contains its original text", () => {
  expect(JSON.stringify(jobOf("-0").job?.toObject())).toContain('"inputs":{"a":0}');
  expect(jobOf("1e400").issues).toMatchObject([
    { pointer: "/inputs/a", message: "inputs.a is 1e400; expected a finite number." },
  ]);
  expect(jobOf(`1${"0".repeat(100)}e400`).issues?.[0]?.message).toMatch(/^inputs\.a is 10{59}\.\.\.; expected/);
});

test("a number with too many digits for readers of a dump loses its original text", () => {
  expect(JSON.stringify(jobOf(`0.${"1".repeat(5000)}`).job?.toObject())).toContain('"inputs":{"a":0.1111111111111111}');
});

test("a YAML number is printed as in Python, with or without a tag", () => {
  const yaml = (number: string) =>
    loadJob(`command: x\nenvironment: azureml:e:1\ninputs: {a: ${number}}\n`).job?.toYaml();
  expect(yaml("1.50")).toContain("\n  a: 1.5\n");
  expect(yaml("!!float 1_0")).toContain("\n  a: 10.0\n");
  expect(yaml("!!float 1e5")).toContain("\n  a: !!float 1e5\n");
});
