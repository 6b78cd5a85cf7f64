import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import type { FaultKind } from "../../../local/azureml-server/faults.ts";
import { empty, json, type Reply } from "../../../local/azureml-server/request-and-reply.ts";
import { azuremlJob, recordOf, statuses, submitJobs, useAzureMLWorld } from "../../support/azureml.ts";
import { passTime } from "../../support/memory/pass-time.ts";

const answer = (reply: Reply): FaultKind => ({ kind: "answer", answer: reply });
const ok = (text: string): FaultKind => answer({ status: 200, text, headers: { "content-type": "application/json" } });
const html: Reply = {
  status: 502,
  text: "<html><body>Bad Gateway</body></html>",
  headers: { "content-type": "text/html" },
};

describe("a response without a status leaves a job unchanged and open, with a notice until a valid response", () => {
  test.each<[string, FaultKind]>([
    ["20 MB", ok(`{"status":"Failed","x":"${"x".repeat(20_000_000)}"}`)],
    ["HTML with 200", ok(html.text)],
    ["HTML with 502", answer(html)],
    ["truncated JSON", { kind: "changed", change: (text) => text.slice(0, text.length / 2) }],
    ["a response that is cut off", { kind: "cut" }],
    ["no response", { kind: "dropped" }],
    ["very deep JSON", ok(`${"[".repeat(200_000)}${"]".repeat(200_000)}`)],
    ["500 without a body", answer(empty(500))],
    [
      "403",
      answer(json(403, { error: { code: "AuthorizationFailed", message: "The client does not have authorization." } })),
    ],
    ["a redirect", answer(empty(302, { location: "https://example.invalid/" }))],
    ["null", ok("null")],
    ["no body", ok("")],
    ["a list", ok("[]")],
    ["unexpected types", ok('{"status":5,"properties":"x","logFiles":[],"error":"no","services":7}')],
    [
      "404 of a missing workspace",
      answer(
        json(404, { error: { code: "ResourceGroupNotFound", message: "Resource group 'x' could not be found." } }),
      ),
    ],
  ])("%s", async (_name, does) => {
    const world = await useAzureMLWorld();
    await submitJobs(world, 3);
    await passTime(world, 1);
    const before = await recordOf(world, "job-0");
    const fault = world.server.faults.add({
      matches: ({ path }) => path.includes("/runs/job-0/") || path.endsWith("/jobs/job-0"),
      effect: does,
    });
    await passTime(world, 3);
    expect(fault.count).toBeGreaterThan(2);
    const { notice, revision: _, modified_at: __, ...after } = await recordOf(world, "job-0");
    expect({ ...after, revision: before.revision, modified_at: before.modified_at }).toEqual(before);
    expect(notice).toMatchObject({
      code: expect.stringMatching(/^(unreachable|forbidden|workspace_missing)$/),
      since: expect.any(String),
    });
    fault.end();
    world.clock.advance(3_600_000);
    await passTime(world, 3);
    expect(await statuses(world, ["job-0", "job-1", "job-2"])).toEqual({ Completed: 3 });
    expect(await recordOf(world, "job-0")).not.toHaveProperty("notice");
  });
});

test("does not follow a redirect to another host, so that the token is not sent there", async () => {
  let connections = 0;
  const other = createServer((_request, response) => response.end("{}"));
  other.on("connection", () => {
    connections += 1;
  });
  other.listen(0, "127.0.0.1");
  await once(other, "listening");
  onTestFinished(() => void other.close());
  const location = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`;
  const world = await useAzureMLWorld();
  const fault = world.server.faults.add({ matches: () => true, effect: answer(empty(307, { location })) });
  await expect(world.backend.observe([azuremlJob()])).rejects.toMatchObject({ code: "unavailable" });
  await expect(world.backend.submit(azuremlJob())).rejects.toMatchObject({ code: "unavailable" });
  expect(fault.count).toBeGreaterThan(1);
  expect(connections).toBe(0);
});

test("ignores fields that are null or unknown", async () => {
  const world = await useAzureMLWorld({}, { speed: 0.05 });
  await submitJobs(world, 1, "succeeds");
  const change = (text: string) =>
    JSON.stringify({
      ...JSON.parse(text),
      error: null,
      tags: null,
      services: null,
      logFiles: null,
      startTimeUtc: null,
      brandNew: [1],
    });
  const fault = world.server.faults.add({
    matches: ({ path }) => path.endsWith("/details"),
    effect: { kind: "changed", change },
  });
  await passTime(world, 5);
  expect(fault.count).toBeGreaterThan(1);
  expect(await recordOf(world, "job-0")).toMatchObject({ status: "Completed", finished_at: expect.any(String) });
});

test("stores an unknown status unchanged and keeps polling the job", async () => {
  const world = await useAzureMLWorld({}, { speed: 0.05 });
  await submitJobs(world, 1, "strange");
  await passTime(world, 5);
  const { status, timeline } = await recordOf(world, "job-0");
  expect(status).toBe("Completed");
  expect(timeline.map((entry) => entry.status)).toContain("Frobnicating");
});
