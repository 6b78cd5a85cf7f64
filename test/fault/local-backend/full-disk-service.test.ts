/** A service whose data folder, including Azurite's data, is on a disk that fills up. */
import { execFileSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { getJob, jobYaml, type Problem, submit, waitForStatus, yaml } from "../../support/job-client.ts";
import { noticeOf, waitForFailedCheck, waitForNotice } from "../../support/job-notices.ts";
import { send } from "../../support/send.ts";
import { dataFolder, removeData, type ServiceProcess, startOn } from "../../support/service-process.ts";

let disk: string;
let signals: string;
let service: ServiceProcess;

beforeAll(async () => {
  [disk, signals] = [await dataFolder(), await dataFolder()];
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=130m", "tmpfs", disk]);
  service = await startOn(join(disk, "data"));
});
afterAll(async () => {
  await service.kill();
  await removeData(service.data);
  execFileSync("umount", ["--lazy", disk]);
  await removeData(disk);
  await removeData(signals);
});

const filler = () => join(disk, "filler");

/** Uses all remaining space. */
function fillDisk(): void {
  const file = openSync(filler(), "a");
  try {
    for (let bytes = 1024 * 1024; bytes >= 1; ) {
      try {
        writeSync(file, Buffer.alloc(bytes, "."));
      } catch {
        bytes = Math.floor(bytes / 16);
      }
    }
  } finally {
    closeSync(file);
  }
}

/** Makes a record that needs new disk space. A small one may fit into the last page of a file. */
const large = `description: ${"long ".repeat(4000)}\n`;
/** A job that exits with code 7 once the file exists in the folder `signals`. */
const waiting = (file: string) => jobYaml(`until test -e ${join(signals, file)}; do sleep 0.05; done; exit 7`, large);

test("reports storage_full on jobs, lists and readiness, and rejects submissions, while the disk is full", async () => {
  const { url } = service;
  const { name } = await submit(url, waiting("end"));
  await waitForStatus(url, name, "Running");
  fillDisk();
  const job = await waitForNotice(url, name, "storage_full");
  expect(noticeOf(job)).toMatchObject({
    since: expect.any(String),
    message: expect.stringMatching(/The disk of storage is full.*Free some space/),
  });
  const getUnless = async (tag: string) =>
    send(url, `GET /api/jobs/${name}?wait=1`, { headers: { "if-none-match": tag } });
  const changed = await getUnless(`"${job.revision}"`);
  const { etag = "" } = changed.headers;
  expect([changed.status, etag, (await getUnless(etag)).status]).toEqual([200, `"${job.revision}-storage_full"`, 304]);
  const asYaml = await send(url, `GET /api/jobs/${name}`, { headers: { accept: "application/yaml" } });
  expect(asYaml.text).toMatch(/^# notice storage_full since /);
  expect((await send(url, "GET /api/jobs")).json<{ value: unknown[] }>().value).toMatchObject([
    { name, notice: { code: "storage_full" } },
  ]);
  await waitForFailedCheck(url, "storage", "storage_full");
  const refused = await send(url, "POST /api/jobs", { body: jobYaml("echo no", large), headers: yaml });
  expect([refused.status, refused.json<Problem>()]).toMatchObject([503, { reason: "storage_full" }]);
});

test("removes the notice and finishes a job that ended meanwhile, once there is space again", async () => {
  const { url } = service;
  const [{ name }] = (await send(url, "GET /api/jobs?active=true")).json<{ value: [{ name: string }] }>().value;
  writeFileSync(join(signals, "end"), "");
  expect(noticeOf(await getJob(url, name))?.code).toBe("storage_full");
  rmSync(filler());
  const job = await waitForStatus(url, name, "Failed");
  expect(job).toMatchObject({ error: { message: "The command exited with code 7." } });
  expect(noticeOf(job)).toBeUndefined();
  const next = await submit(url, jobYaml("echo yes"));
  expect(noticeOf(await waitForStatus(url, next.name, "Completed"))).toBeUndefined();
});
