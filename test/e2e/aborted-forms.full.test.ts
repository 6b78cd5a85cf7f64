import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { limitSizes } from "../../shared/api/access/concurrency-limits.ts";
import { multipartForm } from "../support/multipart-form.ts";
import { rawRequest } from "../support/raw-http.ts";
import { send } from "../support/send.ts";
import { sendUnfinishedForms } from "../support/send-unfinished-forms.ts";
import { useService } from "../support/service-process.ts";
import { until } from "../support/until.ts";
import { zipOf } from "../support/zip.ts";

const temporary = mkdtempSync(join(tmpdir(), "jobgate-forms-test-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));
const service = useService([], { environment: { TMPDIR: temporary } });
const foldersInUse = () => readdirSync(temporary).filter((name) => name.startsWith("jobgate-bundle-"));

test("leaves no folder and no used slot five seconds after a thousand aborted or incomplete forms", async () => {
  // Half of them at a time, because a form that waits for a slot has no folder yet.
  for (let round = 0; round < 20; round += 1) await sendUnfinishedForms(service().url, foldersInUse, 50);
  await until(foldersInUse, (names) => names.length === 0, 5000);
  const zip = zipOf({ "job.yml": "command: ls\nenvironment: azureml:e:1\n" });
  const { running, queued } = limitSizes.uploads;
  const calls = Array.from({ length: running + queued }, () =>
    send(service().url, "POST /api/jobs?dry_run=true", { headers: { "content-type": "application/zip" }, body: zip }),
  );
  expect(new Set((await Promise.all(calls)).map(({ status }) => status))).toEqual(new Set([200]));
});

test("aborts a form without progress after about 30 seconds and removes its folder", async () => {
  const { body, type } = multipartForm([{ name: "bundle", content: Buffer.alloc(50_000) }]);
  const head =
    "POST /api/jobs HTTP/1.1\r\nHost: localhost\r\n" +
    `Content-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`;
  const { socket, text } = rawRequest(service().url, `${head}${body.subarray(0, 30_000).toString("latin1")}`);
  await until(foldersInUse, (names) => names.length === 1);
  const started = performance.now();
  await until(foldersInUse, (names) => names.length === 0, 40_000);
  expect(performance.now() - started).toBeGreaterThan(25_000);
  await until(text, (answer) => /^HTTP\/1\.1 408 .*request_timeout/s.test(answer));
  socket.destroy();
});
