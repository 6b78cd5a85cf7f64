import { beforeEach, expect, test } from "vitest";
import { cancelJob } from "../../../../shared/service/jobs/cancel-job.ts";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { createWorld, submission, type World } from "../../../support/memory/world.ts";

let world: World;
beforeEach(async () => {
  world = createWorld();
  await submitJob(world, submission({ name: "iris", tags: { a: "1" } }));
});

const refusal = (fields: Readonly<Record<string, unknown>>) =>
  submitJob(world, submission({ name: "iris", tags: { a: "1" }, ...fields })).catch((error: Error) => error.message);

test("names the fields that differ, without advice that cannot help", async () => {
  expect(await refusal({ command: "echo bye" })).toBe(
    "A different job iris already exists (different fields: command). Submit this job under another name, or cancel and delete the existing job first.",
  );
});

test("suggests PATCH if only editable fields differ", async () => {
  expect(await refusal({ tags: { a: "2" } })).toContain(
    "(different fields: tags). Change it with PATCH /api/jobs/iris, submit",
  );
});

test("suggests no cancel if the other job has ended", async () => {
  await cancelJob(world, "iris");
  expect(await refusal({ command: "echo bye" })).toContain("or delete the existing job first");
});

test("names only some of many differences", async () => {
  const fields = {
    command: "echo bye",
    environment: "azureml:x@latest",
    display_name: "d",
    description: "e",
    experiment_name: "f",
    tags: { b: "" },
  };
  expect(await refusal(fields)).toMatch(/\(different fields: \w+(, \w+){4} \.\.\.\)/);
});
