import { expect, test } from "vitest";
import { getSchema } from "../../../../shared/service/jobs/get-schema.ts";

test("a schema has its draft, its address and its title", () => {
  expect(getSchema("spark", "https://jobs.example.org")).toMatchObject({
    $schema: "http://json-schema.org/draft-07/schema#",
    $id: "https://jobs.example.org/api/schemas/spark",
    title: "An Azure ML spark job",
    properties: { entry: { description: "Script or class to run." } },
  });
});

test("rejects an unknown type and lists the known ones", () => {
  expect(() => getSchema("banana", "")).toThrow(
    expect.objectContaining({
      code: "schema_not_found",
      message:
        'There is no schema "banana". Use one of: command, sweep, pipeline, automl, spark, finetuning, distillation, import, job.',
    }),
  );
});
