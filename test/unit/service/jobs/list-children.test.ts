import { describe, expect, test } from "vitest";
import type { ChildQuery } from "../../../../shared/core/ports/backend-port.ts";
import { type ListChildrenPorts, listChildren } from "../../../../shared/service/jobs/list-children.ts";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { deliverAll } from "../../../support/memory/pass-time.ts";
import { createWorld, submission } from "../../../support/memory/world.ts";

const refused = { code: "invalid_query", issues: [{ pointer: "/query/continuation", code: "invalid_parameter" }] };
const pipeline = {
  name: "p",
  type: "pipeline",
  command: undefined,
  environment: undefined,
  jobs: { one: { type: "command", command: "echo", environment: "azureml:e:1", compute: "azureml:cpu" } },
};

function worldWithChildren() {
  const { backend, ...world } = createWorld();
  const asked: ChildQuery[] = [];
  const children = async (_job: object, query: ChildQuery) => {
    asked.push(query);
    const from = Number(query.continuation ?? 0);
    const names = ["a", "b", "c", "d"].slice(from, from + query.limit);
    const end = from + names.length;
    return {
      children: names.map((name) => ({ name, status: "Running" })),
      ...(end < 4 ? { continuation: String(end) } : {}),
    };
  };
  return { ...world, backend: { ...backend, children }, asked };
}

async function worldWithPipeline(name = "p") {
  const world = worldWithChildren();
  await submitJob(world, submission({ ...pipeline, name }));
  await deliverAll(world);
  return world;
}

/** The names on each page. */
async function pagesOf(world: ListChildrenPorts, limit: number): Promise<string[]> {
  const pages: string[] = [];
  let continuation: string | undefined;
  do {
    const page = await listChildren(world, "p", { limit, continuation });
    pages.push(page.children.map(({ name }) => name).join(""));
    continuation = page.continuation;
  } while (continuation !== undefined);
  return pages;
}

test("a pipeline has the children that the backend lists after the dispatch", async () => {
  const world = worldWithChildren();
  await submitJob(world, submission(pipeline));
  expect(await listChildren(world, "p", { limit: 50 })).toEqual({ children: [] });
  expect(world.asked).toEqual([]);
  await deliverAll(world);
  expect((await listChildren(world, "p", { limit: 50 })).children[0]).toEqual({ name: "a", status: "Running" });
});

test.each([
  [1, ["a", "b", "c", "d"]],
  [3, ["abc", "d"]],
  [50, ["abcd"]],
])("pages of at most %d children contain each child once", async (limit, pages) => {
  expect(await pagesOf(await worldWithPipeline(), limit)).toEqual(pages);
});

test("a page of another size continues after the page before", async () => {
  const world = await worldWithPipeline();
  const { continuation } = await listChildren(world, "p", { limit: 1 });
  expect((await listChildren(world, "p", { limit: 50, continuation })).children.map(({ name }) => name)).toEqual([
    "b",
    "c",
    "d",
  ]);
});

describe("a continuation is rejected without a call to the backend", () => {
  test.each(["q", "", "bW9yZQ"])("when it is %j", async (continuation) => {
    const world = await worldWithPipeline();
    await expect(listChildren(world, "p", { limit: 1, continuation })).rejects.toMatchObject(refused);
    expect(world.asked).toEqual([]);
  });

  test("when it is damaged, or of another job", async () => {
    const world = await worldWithPipeline();
    const { continuation = "" } = await listChildren(world, "p", { limit: 1 });
    const other = await worldWithPipeline();
    await expect(listChildren(world, "p", { limit: 1, continuation: continuation.slice(0, -1) })).rejects.toMatchObject(
      refused,
    );
    await expect(listChildren(other, "p", { limit: 1, continuation })).rejects.toMatchObject(refused);
    expect([world.asked.length, other.asked]).toEqual([1, []]);
  });

  test("when the job has no children", async () => {
    const world = createWorld();
    await submitJob(world, submission());
    await deliverAll(world);
    await expect(listChildren(world, "iris", { limit: 1, continuation: "q" })).rejects.toMatchObject(refused);
  });
});

test("a command job has no children, without a call to the backend", async () => {
  const world = worldWithChildren();
  await submitJob(world, submission());
  await deliverAll(world);
  expect(await listChildren(world, "iris", { limit: 50 })).toEqual({ children: [] });
  expect(world.asked).toEqual([]);
});

test("a backend that does not support children returns none", async () => {
  const world = createWorld();
  await submitJob(world, submission(pipeline));
  await deliverAll(world);
  expect(await listChildren(world, "p", { limit: 50 })).toEqual({ children: [] });
});

test("children of a job that does not exist are not found", async () => {
  await expect(listChildren(createWorld(), "none", { limit: 50 })).rejects.toMatchObject({ code: "job_not_found" });
});
