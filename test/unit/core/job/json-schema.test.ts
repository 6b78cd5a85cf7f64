import { describe, expect, test } from "vitest";
import * as z from "zod";
import { automlJobFields } from "../../../../shared/core/job/automl-tasks.ts";
import { commandFields } from "../../../../shared/core/job/command-job.ts";
import { distillationJobFields } from "../../../../shared/core/job/distillation-job.ts";
import { fineTuningJobFields } from "../../../../shared/core/job/finetuning-job.ts";
import { importJobFields } from "../../../../shared/core/job/import-job.ts";
import { loadJob } from "../../../../shared/core/job/load-job.ts";
import { nodeOutput } from "../../../../shared/core/job/node-fields.ts";
import { pipelineJobFields } from "../../../../shared/core/job/pipeline-job.ts";
import { type JsonSchema, jsonSchema, version } from "../../../../shared/core/job/schema.ts";
import { sparkJobFields } from "../../../../shared/core/job/spark-job.ts";
import { sweepJobFields } from "../../../../shared/core/job/sweep-job.ts";
import { judgedCases, suites } from "../../../parity/suites.ts";

/** Places in a schema that say nothing of what is allowed. */
function silent(schema: JsonSchema, path = ""): string[] {
  const inner = [
    ...Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>),
    ...((schema.anyOf ?? []) as JsonSchema[]).map((each, at) => [String(at), each] as const),
    ...(schema.items === undefined ? [] : [["items", schema.items as JsonSchema] as const]),
    ...(typeof schema.additionalProperties === "object" ? [["*", schema.additionalProperties as JsonSchema] as const] : []),
  ];
  const says = schema.readOnly === true || schema.type !== undefined || schema.enum !== undefined || schema.anyOf !== undefined;
  return [...(says ? [] : [path]), ...inner.flatMap(([name, each]) => silent(each, `${path}/${name}`))];
}

const inEnvironment = ["name", "version", "tags/*"].map((name) => `/environment/1/${name}`);

/** Where a value is not what a schema says. */
function misfits(value: unknown, schema: JsonSchema, path = ""): string[] {
  const { type, anyOf, items, properties = {}, required = [], additionalProperties = {} } = schema as Record<string, never>;
  const allowed = schema.enum as unknown[] | undefined;
  if (anyOf !== undefined) {
    const tried = (anyOf as JsonSchema[]).map((each) => misfits(value, each, path));
    return tried.some((each) => each.length === 0) ? [] : (tried.toSorted((a, b) => a.length - b.length)[0] ?? []);
  }
  if (allowed !== undefined) return allowed.includes(value) ? [] : [`${path} is none of ${allowed.join()}`];
  if (type !== undefined && ![type].flat().some((name) => isA(value, name))) return [`${path} is no ${String(type)}`];
  if (Array.isArray(value)) return value.flatMap((item, index) => misfits(item, items ?? {}, `${path}/${index}`));
  if (typeof value !== "object" || value === null) return [];
  const missing = (required as string[]).filter((name) => !Object.hasOwn(value, name)).map((name) => `${path}/${name} is missing`);
  const inner = Object.entries(value).flatMap(([name, member]) => {
    const own = Object.hasOwn(properties, name) ? (properties as Record<string, JsonSchema>)[name] : additionalProperties;
    return own === false ? [`${path}/${name} is not allowed`] : misfits(member, own as JsonSchema, `${path}/${name}`);
  });
  return [...missing, ...inner];
}

function isA(value: unknown, type: string): boolean {
  if (type === "integer") return Number.isInteger(value);
  if (type === "array") return Array.isArray(value);
  if (type === "null") return value === null;
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return typeof value === type;
}

describe("the JSON Schema", () => {
  const schemas = {
    command: jsonSchema(commandFields),
    sweep: jsonSchema(sweepJobFields),
    pipeline: jsonSchema(pipelineJobFields),
    automl: jsonSchema(automlJobFields),
    spark: jsonSchema(sparkJobFields),
    finetuning: jsonSchema(fineTuningJobFields),
    distillation: jsonSchema(distillationJobFields),
    import: jsonSchema(importJobFields),
  };

  test.each(suites)("of its type holds for every %s job that is dumped", (suite) => {
    const found = judgedCases(suite).flatMap(({ id, yaml, files, folder }) => {
      const { job } = loadJob(yaml, { files, folder });
      if (job === undefined) return [];
      const dump = JSON.parse(JSON.stringify(job.toObject())) as { type: keyof typeof schemas };
      return misfits(dump, schemas[dump.type]).map((misfit) => `${id}: ${misfit}`);
    });
    expect(found).toEqual([]);
  });

  test("says of every field of a sweep what it takes", () => {
    const trial = [...inEnvironment, "/environment_variables/*", "/resources/properties/*"].map((path) => `/trial${path}`);
    expect(silent(schemas.sweep)).toEqual(["/type", "/resources/properties/*", ...trial]);
  });
});

describe("the JSON Schema of a command job", () => {
  const schema = jsonSchema(commandFields);

  test("requires a command and an environment, and allows no unknown field", () => {
    expect(schema).toMatchObject({ type: "object", required: ["command", "environment"], additionalProperties: false });
  });

  test("says of every field what it takes", () => {
    expect(schema.properties).toMatchObject({
      command: { type: "string" },
      tags: { type: "object", additionalProperties: { type: ["string", "null"] } },
      resources: { type: "object", properties: { instance_count: { type: "integer" }, locations: { type: "array", items: { type: "string" } } } },
      queue_settings: { properties: { priority: { enum: ["low", "medium", "high"] } } },
      outputs: { type: "object", additionalProperties: { type: ["object", "null"] } },
    });
    // Only these hold anything.
    expect(silent(schema)).toEqual(["/type", ...inEnvironment, "/environment_variables/*", "/resources/properties/*"]);
  });

  test("describes what is widened, and what holds anything", () => {
    expect(jsonSchema(version)).toEqual({ type: ["string", "number"] });
    expect(jsonSchema(nodeOutput)).toMatchObject({ anyOf: [{ type: ["object", "null"] }, { type: "string", pattern: "\\$\\{\\{" }] });
  });

  test("of a zod type that has none says nothing", () => {
    expect(jsonSchema(z.string())).toEqual({});
  });
});
