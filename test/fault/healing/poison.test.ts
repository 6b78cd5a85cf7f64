/** Messages that fail too often in the running service, and their report in the job or in the log. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { QueueServiceClient } from "@azure/storage-queue";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { HostProcess } from "../../support/host-process.ts";
import { jobYaml, runToEnd, submit, waitForEnd } from "../../support/job-client.ts";
import { send } from "../../support/send.ts";
import { until } from "../../support/until.ts";
import { type Bench, openBench } from "./killed-host.ts";

const queues = [
  ["job-dispatch", "A dispatch"],
  ["job-updates", "An update"],
] as const;
const foreign = { name: "iris", url: "https://a.blob.core.windows.net/x?sv=1&sig=c2VjcmV0", more: "x".repeat(20_000) };

let bench: Bench;
let host: HostProcess;
beforeAll(async () => {
  bench = await openBench();
  host = await bench.start();
  // Creates the queues and the folders.
  expect((await runToEnd(host.url, jobYaml("echo hello"))).status).toBe("Completed");
  // At the same time, because poison queues are polled at long intervals.
  for (const [name] of queues) await queue(name).sendMessage(Buffer.from(JSON.stringify(foreign)).toString("base64"));
});
afterAll(async () => {
  await host.stop();
  await bench.stop();
});

const queue = (name: string) =>
  QueueServiceClient.fromConnectionString(bench.tap.connectionString).getQueueClient(name);
const isEmpty = async (name: string) => (await queue(name).getProperties()).approximateMessagesCount === 0;
const logged = (part: string | RegExp) =>
  until(
    () => host.lines.filter((line) => (typeof part === "string" ? line.includes(part) : part.test(line))),
    (lines) => lines.length > 0,
    60_000,
  );

test("fails a job whose dispatch failed five times, with the reason in the job and its timeline", async () => {
  const staging = join(bench.data, "jobs", ".staging");
  await rm(staging, { recursive: true, force: true });
  // A file in the place of the staging folder, so that no job folder can be created.
  await writeFile(staging, "");
  const { name } = await submit(host.url, jobYaml("echo hello"));
  const job = await waitForEnd(host.url, name);
  const message = expect.stringMatching(
    /^The job could not be submitted to the backend local in several attempts\. The cause: ENOTDIR: not a directory/,
  );
  expect(job).toMatchObject({ status: "Failed", error: { code: "dispatch_failed", message } });
  const timeline = (await send(host.url, `GET /api/jobs/${name}/timeline`)).json<{
    readonly value: readonly unknown[];
  }>();
  expect(timeline.value.at(-1)).toMatchObject({ status: "Failed", source: "service", message });
  expect(await logged(`A dispatch failed too often; job ${name} is Failed. The message: {`)).toHaveLength(1);
  expect(host.lines.filter((line) => line.includes("ENOTDIR")).length).toBeGreaterThanOrEqual(5);
  await rm(staging);
  expect((await runToEnd(host.url, jobYaml("echo hello"))).status).toBe("Completed");
});

test.each(queues)(
  "logs an invalid message of %s, shortened and without secrets, and removes it",
  async (name, what) => {
    const [line = ""] = await logged(`${what} failed too often; the message is invalid. The message: {"name":"iris"`);
    expect(line).toMatch(/sig=\*\*\*.*\.\.\. \(\d+ characters\)/);
    expect(line.length).toBeLessThan(600);
    expect(host.lines.join("\n")).not.toContain("c2VjcmV0");
    await until(() => isEmpty(`${name}-poison`), Boolean);
  },
);
