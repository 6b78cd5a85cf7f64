import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadJob } from "../../../../shared/core/job/load-job.ts";

const examples = ["automl", "finetuning", "hello-world", "import", "pipeline", "spark", "sweep"];
const files = { read: () => undefined, kind: () => "file" as const };

test.each(examples)("maskSecrets leaves a job of examples/%s.yml without secrets unchanged", (name) => {
  const text = readFileSync(new URL(`../../../../examples/${name}.yml`, import.meta.url), "utf8");
  const { job, issues } = loadJob(text, { files });
  expect(issues).toBeUndefined();
  expect(job?.maskSecrets().toYaml()).toBe(job?.toYaml());
});

test.each(examples)("maskSecrets masks a secret in the description of a job of examples/%s.yml", (name) => {
  const text = readFileSync(new URL(`../../../../examples/${name}.yml`, import.meta.url), "utf8");
  const { job } = loadJob(text, { files });
  expect(job?.withFields({ description: "see https://ann:secret@host/data" }).maskSecrets().description).toBe(
    "see https://ann:***@host/data",
  );
});
