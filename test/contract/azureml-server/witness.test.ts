// Repeats the recorded requests of the real Python client (test/witness) at the same times, and compares the replies.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { useAzureMLServer } from "../../support/azureml.ts";
import { startTestAzurite } from "../../support/azurite.ts";
import type { RecordedRequest } from "../../witness/transcript.ts";

const { said, requests } = JSON.parse(readFileSync(join(import.meta.dirname, "../../data/witness.json"), "utf8")) as {
  readonly said: readonly (readonly [string, unknown])[];
  readonly requests: readonly RecordedRequest[];
};

test("the client completed all its operations", () => {
  expect(Object.fromEntries(said)).toEqual({
    "command: created": ["witness-command", "Starting", "command", true],
    "command: streamed": true,
    "command: got": ["Completed", "witness", ["default", "out"], ["data", "number"]],
    "command: again": "witness-again",
    "command: name taken": [400, "UserError"],
    "fails: streamed": "JobException",
    "fails: got": "Failed",
    "cancel: got": "Canceled",
    "cancel: again": 400,
    "archive: listed": ["witness-again", "witness-command", "witness-fails"],
    "restore: listed": ["witness-again", "witness-cancel", "witness-command", "witness-fails"],
    "sweep: created": "sweep",
    "sweep: ended": "Completed",
    "sweep: children": ["witness-sweep_0", "witness-sweep_1"],
    "sweep: archived": ["witness-sweep"],
    "pipeline: created": ["pipeline", "Preparing"],
    "pipeline: streamed": true,
    "pipeline: children": ["one", "two"],
    "pipeline: child got": "Completed",
    "pipeline: archived": ["witness-pipeline", "witness-sweep"],
  });
});

test("its requests have the recorded replies", async () => {
  const azurite = await startTestAzurite();
  onTestFinished(() => azurite.stop());
  const started = Date.now();
  let now = started;
  const server = await useAzureMLServer({ speed: 4, storage: azurite, pageSize: 3, now: () => now });
  const filled = (text: string) =>
    text.replaceAll("WORKSPACE_GUID", server.state.workspaceGuid).replaceAll("SERVER", server.url);
  const statuses: number[] = [];
  for (const { at, method, path, query, body } of requests) {
    now = started + at;
    const answer = await fetch(`${server.url}${filled(path)}?${query}`, {
      method,
      headers: { authorization: "Bearer witness" },
      ...(body === undefined ? {} : { body: filled(JSON.stringify(body)) }),
    });
    await answer.arrayBuffer();
    statuses.push(answer.status);
  }
  expect(statuses).toEqual(requests.map(({ status }) => status));
  expect(requests.length).toBeGreaterThan(50);
});
