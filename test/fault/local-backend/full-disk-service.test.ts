/** A service whose data folder, with Azurite's, is on a disk that gets full. */
import { execFileSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { getJob, jobYaml, type Problem, reached, submit, yaml } from "../../support/job-client.ts";
import { send } from "../../support/send.ts";
import { dataFolder, removeData, type ServiceProcess, startOn } from "../../support/service-process.ts";
import { isReadyWithout, noticed, noticeOf } from "../../support/why-jobs-wait.ts";

let disk: string;
let told: string;
let service: ServiceProcess;

beforeAll(async () => {
  [disk, told] = [await dataFolder(), await dataFolder()];
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=130m", "tmpfs", disk]);
  service = await startOn(join(disk, "data"));
});
afterAll(async () => {
  await service.kill();
  await removeData(service.data);
  execFileSync("umount", ["--lazy", disk]);
  await removeData(disk);
  await removeData(told);
});

const filler = () => join(disk, "filler");

/** Takes all space that is left. */
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

/** A record of this size needs space of its own; a small one may fit into the last page of a file. */
const large = `description: ${"long ".repeat(4000)}\n`;
/** A job that ends with 7 once it is told to. */
const waiting = (file: string) => jobYaml(`until test -e ${join(told, file)}; do sleep 0.05; done; exit 7`, large);

test("while the disk is full, a running job, its YAML, the list and the readiness say so, and a submission is refused with that reason", async () => {
  const { url } = service;
  const { name } = await submit(url, waiting("end"));
  await reached(url, name, "Running");
  fillDisk();
  const job = await noticed(url, name, "storage_full");
  expect(noticeOf(job)).toMatchObject({
    since: expect.any(String),
    message: expect.stringMatching(/no space left.*Free some space/),
  });
  const unless = async (tag: string) =>
    send(url, `GET /api/jobs/${name}?wait=1`, { headers: { "if-none-match": tag } });
  const changed = await unless(`"${job.revision}"`);
  const { etag = "" } = changed.headers;
  expect([changed.status, etag, (await unless(etag)).status]).toEqual([200, `"${job.revision}-storage_full"`, 304]);
  const asYaml = await send(url, `GET /api/jobs/${name}`, { headers: { accept: "application/yaml" } });
  expect(asYaml.text).toMatch(/^# notice storage_full since /);
  expect((await send(url, "GET /api/jobs")).json<{ value: unknown[] }>().value).toMatchObject([
    { name, notice: { code: "storage_full" } },
  ]);
  await isReadyWithout(url, "storage", "storage_full");
  const refused = await send(url, "POST /api/jobs", { body: jobYaml("echo no", large), headers: yaml });
  expect([refused.status, refused.json<Problem>()]).toMatchObject([503, { reason: "storage_full" }]);
});

test("once there is space again, the notice goes, and a job that ended meanwhile ends as its command did", async () => {
  const { url } = service;
  const [{ name }] = (await send(url, "GET /api/jobs?active=true")).json<{ value: [{ name: string }] }>().value;
  writeFileSync(join(told, "end"), "");
  expect(noticeOf(await getJob(url, name))?.code).toBe("storage_full");
  rmSync(filler());
  const job = await reached(url, name, "Failed");
  expect(job).toMatchObject({ error: { message: "The command exited with code 7." } });
  expect(noticeOf(job)).toBeUndefined();
  const next = await submit(url, jobYaml("echo yes"));
  expect(noticeOf(await reached(url, next.name, "Completed"))).toBeUndefined();
});
