import { expect, test } from "vitest";
import { listChildren } from "../../../shared/service/list-children.ts";
import { submitJob } from "../../../shared/service/submit-job.ts";
import { deliverAll } from "../../support/memory/pass-time.ts";
import { createWorld, submission } from "../../support/memory/world.ts";

const child = { name: "p_one", status: "Running" };
const pipeline = {
  name: "p",
  type: "pipeline",
  command: undefined,
  environment: undefined,
  jobs: { one: { type: "command", command: "echo", environment: "azureml:e:1", compute: "azureml:cpu" } },
};

function worldWithChildren() {
  const { backend, ...world } = createWorld();
  const asked: (string | undefined)[] = [];
  const children = async (_job: object, continuation?: string) => {
    asked.push(continuation);
    return { children: [child], continuation: "more" };
  };
  return { ...world, backend: { ...backend, children }, asked };
}

test("a pipeline that the backend has taken has the children that it says, page by page", async () => {
  const world = worldWithChildren();
  await submitJob(world, submission(pipeline));
  expect(await listChildren(world, "p", undefined)).toEqual({ children: [] });
  await deliverAll(world);
  expect(await listChildren(world, "p", undefined)).toEqual({ children: [child], continuation: "more" });
  await listChildren(world, "p", "more");
  expect(world.asked).toEqual([undefined, "more"]);
});

test("a command job has none, and nobody is asked", async () => {
  const world = worldWithChildren();
  await submitJob(world, submission());
  await deliverAll(world);
  expect(await listChildren(world, "iris", undefined)).toEqual({ children: [] });
  expect(world.asked).toEqual([]);
});

test("a backend without children has none", async () => {
  const world = createWorld();
  await submitJob(world, submission(pipeline));
  await deliverAll(world);
  expect(await listChildren(world, "p", undefined)).toEqual({ children: [] });
});

test("a job that is not there is not found", async () => {
  await expect(listChildren(createWorld(), "none", undefined)).rejects.toMatchObject({ code: "job_not_found" });
});
