import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { type InboxClient, openInbox } from "../support/inbox-client.ts";
import { getJob, jobYaml, waitForEnd, waitForLog, waitForStatus } from "../support/job-client.ts";
import { send } from "../support/send.ts";
import { dataFolder, removeData, root, type ServiceProcess, startOn, useService } from "../support/service-process.ts";
import { cloudEvent, gridEvent } from "../support/storage-events.ts";
import { until } from "../support/until.ts";
import { buildZip, zipOf } from "../support/zip.ts";

const service = useService();
let inbox: InboxClient;
beforeAll(() => {
  inbox = openInbox(service().data);
});

describe("a dropped job", () => {
  test("has a receipt with its URL, and runs", async () => {
    await inbox.drop("first/hello.yml", readFileSync(join(root, "examples/hello-world.yml")));
    const receipt = await inbox.receipt("first/hello.yml");
    expect(receipt).toMatchObject({
      schema_version: 1,
      path: "first/hello.yml",
      etag: expect.stringMatching(/^"0x[0-9A-F]+"$/),
      outcome: "accepted",
      job: {
        url: expect.stringMatching(/^http:/),
        status: "NotStarted",
        job_yml: expect.stringMatching(/^jobs\/.+\/job\.yml$/),
      },
      warnings: [],
    });
    const { name = "", url = "" } = receipt.job ?? {};
    expect(url).toBe(`${service().url}/api/jobs/${name}`);
    expect(await waitForEnd(service().url, name)).toMatchObject({
      status: "Completed",
      experiment_name: "first",
      creation_context: { created_by: "inbox" },
    });
  });

  test("in a zip runs with the files of the zip", async () => {
    const folder = join(root, "examples/train-from-files");
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
      statSync(join(folder, name)).isFile(),
    );
    await inbox.drop(
      "numbers.zip",
      zipOf(Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, name))]))),
    );
    const { job } = await inbox.receipt("numbers.zip");
    expect(await waitForEnd(service().url, job?.name ?? "")).toMatchObject({ status: "Completed" });
    await waitForLog(service().url, job?.name ?? "", /^sorted 3 numbers$/m);
  });

  test("creates a new job if its content changes, and leaves the earlier job unchanged", async () => {
    const first = await inbox.drop("again.yml", jobYaml("echo 1"));
    const { job } = await inbox.receipt("again.yml", first.etag);
    const { etag } = await inbox.drop("again.yml", jobYaml("echo 2"));
    const other = await inbox.receipt("again.yml", etag);
    expect(other.job?.name).not.toBe(job?.name);
    expect(await getJob(service().url, job?.name ?? "")).toMatchObject({ command: "echo 1" });
    expect(await getJob(service().url, other.job?.name ?? "")).toMatchObject({ command: "echo 2" });
  });

  test("is canceled by a cancel file", async () => {
    await inbox.drop("long.yml", jobYaml("sleep 600"));
    const { job } = await inbox.receipt("long.yml");
    await waitForStatus(service().url, job?.name ?? "", "Running");
    await inbox.drop("long.yml.cancel");
    expect(await inbox.receipt("long.yml.cancel")).toMatchObject({ outcome: "canceled", job: { name: job?.name } });
    expect(await waitForEnd(service().url, job?.name ?? "")).toMatchObject({ status: "Canceled" });
  });
});

describe("a receipt of a rejected file", () => {
  test("contains every issue with line and column", async () => {
    await inbox.drop("bad.yml", "comand: echo hi\nlimits:\n  timeout: soon\n");
    const { outcome, error } = await inbox.receipt("bad.yml");
    expect([outcome, error?.code]).toEqual(["refused", "invalid_job"]);
    expect(error?.issues).toContainEqual(expect.objectContaining({ pointer: "/limits/timeout", line: 3, column: 12 }));
  });

  test("contains the job type that the backend cannot run", async () => {
    await inbox.drop("sweep.yml", readFileSync(join(root, "examples/sweep.yml")));
    expect((await inbox.receipt("sweep.yml")).error).toMatchObject({
      code: "unsupported_by_backend",
      message: expect.stringContaining("sweep"),
    });
  });

  test.each<[string, string, string | Uint8Array, string]>([
    ["a file that is too large", "huge.yml", Buffer.alloc(64 * 1024 * 1024, 32), "body_too_large"],
    ["a zip that is too large", "huge.zip", Buffer.alloc(53 * 1024 * 1024, 32), "body_too_large"],
    [
      "a zip bomb",
      "bomb.zip",
      zipOf({ "job.yml": jobYaml("true"), bomb: Buffer.alloc(200_000_000) }),
      "invalid_bundle",
    ],
    [
      "a zip with a path out of the zip",
      "slip.zip",
      buildZip([
        { name: "job.yml", content: jobYaml("true") },
        { name: "../../evil.sh", content: "x" },
      ]),
      "invalid_bundle",
    ],
  ])("is written for %s, and the service keeps running", async (_case, path, content, code) => {
    await inbox.drop(path, content);
    expect((await inbox.receipt(path)).error).toMatchObject({ code });
    expect((await send(service().url, "GET /api/health")).status).toBe(200);
  });
});

describe("file names", () => {
  test.each([
    "größe/日本語 🙂.yml",
    "with blank #1?&+=%25.yml",
    "a'b\"c<d>.yml",
    "\u202egnp.yml",
    "CON.yml",
    "~tilde/.hidden.yml",
  ])("of any characters are accepted: %j", async (path) => {
    await inbox.drop(path, jobYaml("true"));
    expect(await inbox.receipt(path)).toMatchObject({ path, outcome: "accepted" });
  });

  test("that are too long are rejected with a receipt that contains them", async () => {
    const path = `${"x".repeat(1020)}.yml`;
    const before = await inbox.receipts();
    await inbox.drop(path, jobYaml("true"));
    const place = await until(
      async () =>
        [...(await inbox.receipts()).keys()].find((name) => name.startsWith("invalid-names/") && !before.has(name)),
      (name) => name !== undefined,
    );
    expect(place).toMatch(/^invalid-names\/[0-9a-f]{64}\.receipt\.json$/);
  });

  test("with path traversals in an event access no other blob", async () => {
    const { etag } = await inbox.drop("victim.yml", jobYaml("true"));
    await inbox.receipt("victim.yml", etag);
    const before = await inbox.receipts();
    for (const path of ["folder/../victim.yml", "../receipts/victim.yml", "..\\victim.yml", "a\n[error] forged.yml"]) {
      await inbox.send(
        "inbox-events",
        Buffer.from(JSON.stringify(gridEvent({ path, etag: "0xFF" }))).toString("base64"),
      );
    }
    const after = await until(inbox.receipts, (now) => now.size === before.size + 4);
    for (const [name, was] of before) expect(after.get(name)).toBe(was);
    expect(service().output()).not.toMatch(/^\[error\] forged/m);
  });
});

describe("events", () => {
  const sendEvent = (event: unknown) =>
    inbox.send(
      "inbox-events",
      Buffer.from(typeof event === "string" ? event : JSON.stringify(event)).toString("base64"),
    );

  test("repeated hundreds of times for one file, in both schemas, create one job and one receipt", async () => {
    const { etag } = await inbox.drop("hundreds.yml", jobYaml("true"));
    await Promise.all(
      Array.from({ length: 150 }, () =>
        [gridEvent, cloudEvent].map((form) => sendEvent(form({ path: "hundreds.yml", etag }))),
      ).flat(),
    );
    const { job } = await inbox.receipt("hundreds.yml", etag);
    await until(
      () => inbox.count("inbox-events"),
      (messages) => messages === 0,
      60_000,
    );
    const place = "hundreds.yml.receipt.json";
    const first = (await inbox.receipts()).get(place);
    expect((await inbox.receipts()).get(place)).toBe(first);
    const jobs = (await send(service().url, "GET /api/jobs?maxpagesize=200")).json<{ value: { name: string }[] }>()
      .value;
    expect(jobs.filter(({ name }) => name === job?.name)).toHaveLength(1);
  });

  test("that are invalid are moved to the poison queue at once and logged, and the next one is processed", async () => {
    await sendEvent("{ this is no JSON");
    await sendEvent({ hello: "world" });
    await inbox.send("inbox-events", "%% this is no base64 %%");
    await until(
      () => inbox.count("inbox-events-poison"),
      (messages) => messages === 3,
    );
    await until(service().output, (text) =>
      text.includes('queue: {"hello":"world"}. Not a storage event in the Event Grid or CloudEvents form: eventType: '),
    );
    const { etag } = await inbox.drop("next.yml", jobYaml("true"));
    expect(await inbox.receipt("next.yml", etag)).toMatchObject({ outcome: "accepted" });
  });

  test("of other containers and other files are ignored and logged", async () => {
    const before = await inbox.receipts();
    await sendEvent(gridEvent({ path: "iris/job.yml", etag: "0x1", container: "jobs" }));
    await sendEvent(gridEvent({ path: "next.yml.receipt.json", etag: "0x1", container: "receipts" }));
    await inbox.drop("next.yml.receipt.json", "{}");
    await inbox.drop("data.csv", "1");
    await inbox.drop("empty.yml", "");
    for (const line of [
      '"iris/job.yml": it is in the container "jobs"',
      '"data.csv": it is no .yml',
      '"empty.yml": it is empty',
    ]) {
      await until(service().output, (text) => text.includes(`Ignored ${line}`));
    }
    expect((await inbox.receipts()).size).toBe(before.size);
  });
});

describe("a service that is killed", () => {
  const folders: string[] = [];
  const running: ServiceProcess[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((one) => one.kill()));
    await Promise.all(folders.splice(0).map(removeData));
  });
  const start = async (data: string) => {
    const one = await startOn(data);
    running.push(one);
    return one;
  };

  test("processes all dropped files after its next start, with one job each that ran once", async () => {
    const data = await dataFolder();
    folders.push(data);
    const first = await start(data);
    const count = join(data, "count");
    const names = Array.from({ length: 24 }, (_, index) => `drop-${index}.yml`);
    const files = openInbox(data);
    await Promise.all(names.map((name) => files.drop(name, jobYaml(`echo ${name} >> ${count}`))));
    await until(files.receipts, (receipts) => receipts.size > 0);
    await first.kill();

    const second = await start(data);
    const again = openInbox(data);
    const receipts = await again.allReceipts(names);
    expect(receipts.map(({ outcome }) => outcome)).toEqual(names.map(() => "accepted"));
    for (const { job } of receipts) await waitForEnd(second.url, job?.name ?? "");
    const jobs = (await send(second.url, "GET /api/jobs?maxpagesize=200"))
      .json<{ value: { name: string }[] }>()
      .value.map(({ name }) => name);
    expect(new Set(jobs)).toEqual(new Set(receipts.map(({ job }) => job?.name)));
    const ran = readFileSync(count, "utf8").trim().split("\n");
    expect([ran.length, new Set(ran)]).toEqual([names.length, new Set(names)]);
  });
});
