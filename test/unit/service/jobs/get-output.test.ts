import { beforeEach, describe, expect, test } from "vitest";
import { getOutput, listOutputs } from "../../../../shared/service/jobs/get-output.ts";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { createWorld, submission, type World } from "../../../support/memory/world.ts";

let world: World;

beforeEach(async () => {
  world = createWorld();
  for (const name of ["iris", "rose"]) await submitJob(world, submission({ name }));
  await world.outputs.append("iris", "model/weights.bin", 0, Buffer.from("12345"));
  await world.outputs.append("iris", "a.txt", 0, Buffer.from("a"));
  await world.outputs.append("rose", "secret.txt", 0, Buffer.from("of rose"));
});

test("lists outputs in the order of their paths", async () => {
  expect(await listOutputs(world, "iris")).toEqual([
    { path: "a.txt", size: 1, modified_at: expect.any(String) },
    { path: "model/weights.bin", size: 5, modified_at: expect.any(String) },
  ]);
});

test("reads an output, whole or in part", async () => {
  const { size, start, length } = await getOutput(world, "iris", "model/weights.bin", { start: 1, end: 2 });
  expect({ size, start, length }).toEqual({ size: 5, start: 1, length: 2 });
  expect((await getOutput(world, "iris", "a.txt")).length).toBe(1);
});

test.each(["secret.txt", "../rose/secret.txt", "model", "", "a\\b"])("%j is not an output of the job", async (path) => {
  await expect(getOutput(world, "iris", path)).rejects.toMatchObject({ code: "output_not_found" });
});

test("outputs of a job that does not exist are not found", async () => {
  await expect(listOutputs(world, "lily")).rejects.toMatchObject({ code: "job_not_found" });
  await expect(getOutput(world, "lily", "a.txt")).rejects.toMatchObject({ code: "job_not_found" });
});

describe("a range", () => {
  test("beyond the end is rejected", async () => {
    await expect(getOutput(world, "iris", "a.txt", { start: 1 })).rejects.toMatchObject({
      code: "range_not_satisfiable",
    });
  });
});

describe("a missing output", () => {
  test("of an unfinished job may still be stored", async () => {
    await expect(getOutput(world, "iris", "b.txt")).rejects.toMatchObject({
      message: expect.stringContaining("outputs are stored when the job ends"),
    });
  });

  test("of a job on Azure ML is in its datastores", async () => {
    const records = {
      ...world.records,
      get: async (name: string) => {
        const found = await world.records.get(name);
        return found && { ...found, value: { ...found.value, backend: "azureml" } };
      },
    };
    await expect(getOutput({ ...world, records }, "iris", "b.txt")).rejects.toMatchObject({
      message: expect.stringContaining("stay in its datastores"),
    });
  });
});

test("an output has a signed URL of the whole file", async () => {
  expect(await (await getOutput(world, "iris", "a.txt")).url()).toMatch(
    /^https:\/\/memory\.test\/job-outputs\/iris\/a\.txt\?se=/,
  );
});
