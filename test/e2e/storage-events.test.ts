// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Azure ML writes its bindings so
/** Events sent for blobs in Azurite, and an integration that reads the YAML of a submitted job from its event. */
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BlobServiceClient, type ContainerClient } from "@azure/storage-blob";
import { QueueServiceClient } from "@azure/storage-queue";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { EventSubscription } from "../../local/storage-events/container-poller.ts";
import { startStorageEvents } from "../../local/storage-events/start-storage-events.ts";
import { loadJob } from "../../shared/core/job/load-job.ts";
import { readInboxMessage } from "../../shared/core/records/inbox-message.ts";
import { startTestAzurite, type TestAzurite } from "../support/azurite.ts";
import { submit } from "../support/job-client.ts";
import { useService } from "../support/service-process.ts";
import { gridEvent } from "../support/storage-events.ts";
import { until } from "../support/until.ts";

interface BlobCreated {
  readonly subject: string;
  readonly eventType: string;
  readonly data: {
    readonly url: string;
    readonly eTag: string;
    readonly contentLength: number;
    readonly sequencer: string;
  };
}

let azurite: TestAzurite;
let folder: string;
beforeAll(async () => {
  azurite = await startTestAzurite();
  folder = await mkdtemp(join(tmpdir(), "jobgate-events-"));
});
afterAll(async () => {
  await azurite.stop();
  await rm(folder, { recursive: true });
});

/** Sends events with a short interval until the test ends. */
async function watch(connectionString: string, stateFile: string, ...subscriptions: EventSubscription[]) {
  const warnings: string[] = [];
  const events = await startStorageEvents({
    connectionString,
    subscriptions,
    stateFile,
    warn: (text) => warnings.push(text),
    intervalMs: 20,
  });
  onTestFinished(() => events.stop());
  return { ...events, warnings };
}

/** Receives the events of a queue, until there are `count`. */
async function eventsOf(connectionString: string, queue: string, count: number): Promise<readonly BlobCreated[]> {
  const client = QueueServiceClient.fromConnectionString(connectionString).getQueueClient(queue);
  const all: BlobCreated[] = [];
  const take = async () => {
    const { receivedMessageItems } = await client.receiveMessages({ numberOfMessages: 32 });
    for (const { messageId, popReceipt, messageText } of receivedMessageItems) {
      all.push(JSON.parse(Buffer.from(messageText, "base64").toString("utf8")));
      await client.deleteMessage(messageId, popReceipt);
    }
    return all;
  };
  await until(take, (seen) => seen.length >= count);
  return all;
}

const container = (name: string): ContainerClient =>
  BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient(name);
const put = (where: ContainerClient, path: string, content = "x") =>
  where.getBlockBlobClient(path).upload(content, Buffer.byteLength(content));

describe("storage events of Azurite", () => {
  test("have the same members as events of Event Grid, one event per write", async () => {
    const files = container("one");
    await watch(azurite.connectionString, join(folder, "one.json"), { container: "one", queue: "one-events" });
    const { etag = "" } = await put(files, "a/größe #1.yml", "first");
    const [event] = await eventsOf(azurite.connectionString, "one-events", 1);
    const model = gridEvent({ path: "x", etag: "1", sequencer: "1" });
    expect(new Set(Object.keys(event ?? {}))).toEqual(new Set(Object.keys(model)));
    expect(Object.keys(event?.data ?? {})).toEqual(
      Object.keys(model.data as object).filter((key) => key !== "clientRequestId"),
    );
    expect(event).toMatchObject({
      subject: "/blobServices/default/containers/one/blobs/a/größe #1.yml",
      eventType: "Microsoft.Storage.BlobCreated",
      data: { contentLength: 5, blobType: "BlockBlob", sequencer: expect.stringMatching(/^[0-9A-F]{32}$/) },
    });
    expect(`"${event?.data.eTag.replaceAll('"', "")}"`).toBe(etag);
    await put(files, "a/größe #1.yml", "second");
    const [second] = await eventsOf(azurite.connectionString, "one-events", 1);
    expect(second?.data.sequencer.localeCompare(event?.data.sequencer ?? "")).toBe(1);
    expect(second?.data.eTag).not.toBe(event?.data.eTag);
  });

  test("are accepted as events of the inbox", async () => {
    await watch(azurite.connectionString, join(folder, "inbox.json"), { container: "inbox", queue: "inbox-events" });
    const { etag } = await put(container("inbox"), "a.yml");
    const [event] = await eventsOf(azurite.connectionString, "inbox-events", 1);
    expect(readInboxMessage(event)).toMatchObject({ kind: "yaml", file: { path: "a.yml", etag } });
  });

  test("are sent for blobs written after the first start, also for those written between two starts", async () => {
    const files = container("two");
    await files.createIfNotExists();
    await put(files, "old.yml");
    // Blob times have whole seconds, so the next blob must be written in a later second.
    const second = () => Math.floor(Date.now() / 1000);
    const written = second();
    await until(second, (now) => now > written);
    const state = join(folder, "two.json");
    const first = await watch(azurite.connectionString, state, { container: "two", queue: "two-events" });
    await put(files, "new.yml");
    expect(await eventsOf(azurite.connectionString, "two-events", 1)).toMatchObject([
      { subject: expect.stringMatching(/new\.yml$/) },
    ]);
    await first.stop();
    await put(files, "meanwhile.yml");
    await watch(azurite.connectionString, state, { container: "two", queue: "two-events" });
    const subjects = async () =>
      (await eventsOf(azurite.connectionString, "two-events", 1)).map(({ subject }) => subject.split("/").at(-1));
    const seen = new Set<string | undefined>();
    await until(
      async () => {
        for (const name of await subjects()) seen.add(name);
        return [...seen];
      },
      (names) => names.includes("meanwhile.yml"),
    );
    expect(seen).not.toContain("old.yml");
  });

  test("are sent only for names with the suffix of the subscription", async () => {
    await watch(azurite.connectionString, join(folder, "three.json"), {
      container: "three",
      queue: "three-events",
      endsWith: "/job.yml",
    });
    for (const path of ["a/record.json", "a/job.yml", "job.yml"]) await put(container("three"), path);
    expect(await eventsOf(azurite.connectionString, "three-events", 1)).toMatchObject([
      { subject: expect.stringMatching(/\/a\/job\.yml$/) },
    ]);
  });

  test("continue after an outage, which is reported once", async () => {
    const { warnings } = await watch(azurite.connectionString, join(folder, "four.json"), {
      container: "four",
      queue: "four-events",
    });
    await container("four").delete();
    await until(
      () => warnings.length,
      (count) => count > 0,
    );
    await until(
      async () =>
        container("four")
          .createIfNotExists()
          .then(
            ({ succeeded }) => succeeded,
            () => false,
          ),
      Boolean,
    );
    await until(
      () => warnings.length,
      (count) => count === 2,
    );
    await put(container("four"), "a.yml");
    expect(await eventsOf(azurite.connectionString, "four-events", 1)).toHaveLength(1);
    expect(warnings).toEqual([
      expect.stringContaining("The container four cannot be listed, so its events are delayed: "),
      "The container four can be listed again; events are sent again.",
    ]);
  });
});

describe("an integration that subscribes to jobs/{name}/job.yml", () => {
  const service = useService();

  test("reads the job that was submitted from the event's blob, as the SDK reads it", async () => {
    const connectionString = readFileSync(join(service().data, "connection-string"), "utf8");
    await watch(connectionString, join(service().data, "job-events.json"), {
      container: "jobs",
      queue: "job-events",
      endsWith: "/job.yml",
    });
    const submitted = await submit(
      service().url,
      "command: echo ${{inputs.rate}}\nenvironment: azureml:any@latest\ninputs:\n  rate: 1.0\n" +
        "tags: {a: 'yes', b: '017'}\ndisplay_name: from an event\n",
    );
    const [event] = await eventsOf(connectionString, "job-events", 1);
    expect(event?.subject).toBe(`/blobServices/default/containers/jobs/blobs/${submitted.name}/job.yml`);
    const path = new URL(event?.data.url ?? "").pathname.split("/").slice(3).map(decodeURIComponent).join("/");
    const text = (
      await BlobServiceClient.fromConnectionString(connectionString)
        .getContainerClient("jobs")
        .getBlobClient(path)
        .downloadToBuffer()
    ).toString("utf8");
    const { job, warnings } = loadJob(text);
    expect(warnings).toEqual([]);
    expect(job?.toYaml()).toBe(text);
    expect(text).toMatch(/^ {2}rate: 1\.0$/m);
    expect(job?.toObject()).toMatchObject({
      name: submitted.name,
      display_name: "from an event",
      type: "command",
      tags: { a: "yes", b: "017" },
    });
  });
});
