import { describe, expect, test } from "vitest";
import * as z from "zod";
import { jobSchema } from "../../../../shared/core/job/job-schemas.ts";
import { loadJob } from "../../../../shared/core/job/load-job.ts";
import { jsonSchema } from "../../../../shared/core/job/schema/json-schema.ts";
import { isSchemaName, schemaNames } from "../../../../shared/core/job/schema-names.ts";
import { judgedCases, suites } from "../../../parity/suites.ts";
import { plainMapping, schemaChecker } from "../../../support/schema-checker.ts";

const checkers = Object.fromEntries(schemaNames.map((name) => [name, schemaChecker(name)]));

/** The errors of a job against the JSON Schema of its type and that of any type. */
function against(job: Readonly<Record<string, unknown>>): readonly string[] {
  const names = [String(job.type ?? "command"), "job"];
  return names.flatMap((name) => checkers[name]?.(job) ?? []);
}

describe.each(suites)("the schemas, of %s jobs,", (suite) => {
  const cases = judgedCases(suite).flatMap(({ id, yaml, files, folder }) => {
    const job = plainMapping(yaml);
    return job === undefined ? [] : [{ id, job, loaded: loadJob(yaml, { files, folder }).job }];
  });

  test("the JSON Schemas accept every accepted job", () => {
    const taken = cases.filter(({ loaded }) => loaded !== undefined);
    expect(taken.length).toBeGreaterThan(0);
    expect(taken.flatMap(({ id, job }) => against(job).map((problem) => `${id}: ${problem}`))).toEqual([]);
  });

  test("the JSON Schemas accept every dump", () => {
    const dumps = cases.flatMap(({ id, loaded }) =>
      loaded === undefined ? [] : [{ id, job: JSON.parse(JSON.stringify(loaded.toObject())) }],
    );
    expect(dumps.flatMap(({ id, job }) => against(job).map((problem) => `${id}: ${problem}`))).toEqual([]);
  });
});

test("the JSON Schemas reject at least 88 % of the rejected jobs", () => {
  const refused = suites.flatMap((suite) =>
    judgedCases(suite).flatMap(({ yaml, files, folder }) => {
      const job = plainMapping(yaml);
      const { issues = [] } = loadJob(yaml, { files, folder });
      // Editors validate only the job file, and not the files that it refers to.
      const isInJob = issues.some(({ file }) => file === undefined);
      return job === undefined || !isInJob ? [] : [checkers.job?.(job) !== undefined];
    }),
  );
  const share = refused.filter(Boolean).length / refused.length;
  console.log(`The JSON Schemas reject ${Math.round(share * 1000) / 10} % of ${refused.length} rejected jobs.`);
  expect(share).toBeGreaterThan(0.88);
});

/** The paths of fields without a description. */
function undescribed(schema: unknown, place: string): readonly string[] {
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([word, part]) => {
    if (word === "if") return [];
    if (word !== "properties") return undescribed(part, Array.isArray(schema) ? place : `${place}/${word}`);
    return Object.entries(part as Record<string, { description?: string }>).flatMap(([name, field]) => [
      ...(field.description === undefined ? [`${place}/${name}`] : []),
      ...undescribed(field, `${place}/${name}`),
    ]);
  });
}

test.each(schemaNames)("the JSON Schema %s describes every field", (name) => {
  expect(undescribed(jobSchema(name), "")).toEqual([]);
});

test.each(["", "Command", "toString", "__proto__"])("%j is not the name of a JSON Schema", (name) => {
  expect(isSchemaName(name)).toBe(false);
});

const command = { command: "echo hi", environment: "azureml:e:1" };
const sweep = {
  type: "sweep",
  trial: command,
  objective: { goal: "maximize", primary_metric: "acc" },
  limits: { max_total_trials: 3 },
};

describe("accepted spellings", () => {
  test.each([
    ["text of a number", { ...command, limits: { timeout: " 1_000 " } }],
    ["a number with a fraction", { ...command, resources: { instance_count: 1.5 } }],
    ["a word in capitals", { ...command, queue_settings: { job_tier: "SPOT" } }],
    ["a word in camel case", { ...command, identity: { type: "UserIdentity" } }],
    ["another name of a kind", { ...command, identity: { type: "Managed" } }],
    ["a word in Pascal case", { ...sweep, early_termination: { type: "MedianStopping" } }],
    ["a number for a version", { ...command, outputs: { out: { name: "m", version: 1.5 } } }],
    ["yes for true", { ...command, distribution: { type: "ray", include_dashboard: "yes" } }],
    ["1 for true", { ...command, distribution: { type: "Ray", include_dashboard: 1 } }],
    ["a tag without a value", { ...command, tags: { a: null } }],
    ["an output without a value", { ...command, outputs: { out: null } }],
    [
      "fields of a dumped job",
      { ...command, id: "azureml:x", status: "Completed", creation_context: {}, $schema: "x" },
    ],
  ])("a JSON Schema accepts %s, as the service does", (_what, job) => {
    expect(loadJob(job).issues).toBeUndefined();
    expect(against(job)).toEqual([]);
  });
});

describe("rejected jobs", () => {
  test.each([
    ["a misspelt field", { comand: "echo hi", environment: "azureml:e:1" }],
    ["a missing field", { command: "echo hi" }],
    ["a number for text", { ...command, command: 5 }],
    ["an unknown priority", { ...command, queue_settings: { priority: "urgent" } }],
    ["an environment that is not a reference", { ...command, environment: "my-env" }],
    ["a field of another kind of union", { ...command, distribution: { type: "mpi", worker_count: 2 } }],
    ["an unknown type", { ...command, type: "banana" }],
    ["a node with a wrong name", { type: "pipeline", jobs: { "a-b": command } }],
    ["a wrong field of a node", { type: "pipeline", jobs: { a: { type: "command", ...command, comand: "x" } } }],
    ["a field without a value", { ...command, compute: null }],
  ])("a JSON Schema rejects %s", (_what, job) => {
    expect(loadJob(job).job).toBeUndefined();
    expect(checkers.job?.(job)).toBeDefined();
  });
});

test("the JSON Schema of a command job offers enum values and the type to editors", () => {
  const { properties } = jobSchema("command") as {
    properties: Record<string, { enum?: unknown; properties?: Record<string, unknown> }>;
  };
  expect(properties.type).toMatchObject({ enum: ["command"] });
  expect(properties.queue_settings?.properties?.priority).toMatchObject({
    anyOf: [{ enum: ["low", "medium", "high"] }, { type: "string" }],
  });
});

test("a zod type outside the schema library keeps the JSON Schema of zod", () => {
  expect(jsonSchema(z.string())).toEqual({ type: "string" });
});
