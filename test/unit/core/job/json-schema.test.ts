import { describe, expect, test } from "vitest";
import * as z from "zod";
import { commandFields } from "../../../../shared/core/job/command-job.ts";
import { type JsonSchema, jsonSchema } from "../../../../shared/core/job/schema.ts";

/** Places in a schema that say nothing of what is allowed. */
function silent(schema: JsonSchema, path = ""): string[] {
  const inner = [
    ...Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>),
    ...((schema.anyOf ?? []) as JsonSchema[]).map((each, at) => [String(at), each] as const),
    ...(schema.items === undefined ? [] : [["items", schema.items as JsonSchema] as const]),
    ...(typeof schema.additionalProperties === "object" ? [["*", schema.additionalProperties as JsonSchema] as const] : []),
  ];
  const says = schema.type !== undefined || schema.enum !== undefined || schema.anyOf !== undefined;
  return [...(says ? [] : [path]), ...inner.flatMap(([name, each]) => silent(each, `${path}/${name}`))];
}

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
    // Only these hold anything; what an environment says of itself is not looked into.
    expect(silent(schema)).toEqual(["/environment_variables/*", "/resources/properties/*"]);
  });

  test("of a zod type that has none says nothing", () => {
    expect(jsonSchema(z.string())).toEqual({});
  });
});
