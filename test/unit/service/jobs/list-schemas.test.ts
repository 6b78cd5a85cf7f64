import { expect, test } from "vitest";
import { getSchema } from "../../../../shared/service/jobs/get-schema.ts";
import { listSchemas } from "../../../../shared/service/jobs/list-schemas.ts";

test("every listed schema has its address", () => {
  const listed = listSchemas("https://jobs.example.org");
  expect(listed.map(({ type }) => type)).toEqual([
    "command",
    "sweep",
    "pipeline",
    "automl",
    "spark",
    "finetuning",
    "distillation",
    "import",
    "job",
  ]);
  for (const { type, title, url } of listed)
    expect(getSchema(type, "https://jobs.example.org")).toMatchObject({ $id: url, title });
});
