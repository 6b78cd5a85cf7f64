import { expect, test } from "vitest";
import { getSchema } from "../../../../shared/service/jobs/get-schema.ts";

test("a schema says of which draft it is, where it is, and what of", () => {
  expect(getSchema("spark", "https://jobs.example.org")).toMatchObject({
    $schema: "http://json-schema.org/draft-07/schema#",
    $id: "https://jobs.example.org/api/schemas/spark",
    title: "An Azure ML spark job",
    properties: { entry: { description: "What is run." } },
  });
});

test("a type that is none is told which there are", () => {
  expect(() => getSchema("banana", "")).toThrow(
    expect.objectContaining({
      code: "schema_not_found",
      message:
        'There is no schema "banana"; there are command, sweep, pipeline, automl, spark, finetuning, distillation, import, job.',
    }),
  );
});
