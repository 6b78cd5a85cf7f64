import { BlobServiceClient } from "@azure/storage-blob";
import { QueueServiceClient } from "@azure/storage-queue";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAzurite, type TestAzurite } from "../../support/azurite.ts";
import { type HostProcess, startHostProcess } from "../../support/host-process.ts";
import { until } from "../../support/until.ts";

let azurite: TestAzurite;
let host: HostProcess;
beforeAll(async () => {
  azurite = await startTestAzurite();
});
afterAll(() => azurite.stop());

const hostId = "triggers-test";
async function start(
  settings: Record<string, string> = {},
  more: { queueLeaseMs?: number; drainMs?: number } = {},
): Promise<void> {
  host = await startHostProcess("triggers", {
    settings: {
      AzureWebJobsStorage: azurite.connectionString,
      AzureFunctionsWebHost__hostid: hostId,
      COPIES: "Copies",
      OFTEN: "0 0 0 1 1 *",
      SLOW_MS: "1",
      ...settings,
    },
    ...more,
  });
}

type Event = Record<string, unknown>;
const events = (name: string): Event[] =>
  host.lines
    .map((line) => /event (\{.*\})$/.exec(line)?.[1])
    .filter((text) => text !== undefined)
    .map((text) => JSON.parse(text) as Event)
    .filter((event) => event.in === name);
const seen = (name: string, count: number) =>
  until(
    () => events(name),
    (found) => found.length >= count,
  );

const queue = (name: string) => QueueServiceClient.fromConnectionString(azurite.connectionString).getQueueClient(name);
async function put(name: string, text: string): Promise<void> {
  await queue(name).createIfNotExists();
  await queue(name).sendMessage(text);
}
const base64 = (text: string) => Buffer.from(text).toString("base64");
async function peek(name: string): Promise<string[]> {
  const answer = await queue(name)
    .peekMessages({ numberOfMessages: 32 })
    .catch(() => ({ peekedMessageItems: [] as { messageText: string }[] }));
  return answer.peekedMessageItems.map(({ messageText }) => messageText);
}
const poisoned = (name: string) =>
  until(
    () => peek(`${name}-poison`),
    (texts) => texts.length > 0,
  );
/** Number of messages in a queue, including hidden ones. */
const count = async (name: string) => (await queue(name).getProperties()).approximateMessagesCount;

describe("a host", () => {
  beforeAll(() => start({ OFTEN: "* * * * * *" }));
  afterAll(() => host.stop());

  describe("with a queue output", () => {
    test.each<[string, unknown, unknown[]]>([
      ["an object", { a: 1 }, [{ a: 1 }]],
      ["a list, one message per element", [1, { b: 2 }, "three"], [1, { b: 2 }, "three"]],
      ["text that looks like a list", JSON.stringify([4, 5]), [4, 5]],
      ["plain text", "hello", ["hello"]],
    ])("sends %s and receives it through the queue trigger and its hooks", async (_, sent, expected) => {
      const before = events("collect").length;
      expect((await fetch(`${host.url}/send`, { method: "POST", body: JSON.stringify(sent) })).status).toBe(202);
      const messages = (await seen("collect", before + expected.length))
        .slice(before)
        .map(({ message }) => (message as { hooked: unknown }).hooked);
      expect(messages).toHaveLength(expected.length);
      expect(messages).toEqual(expect.arrayContaining(expected));
    });
  });

  describe("with a queue trigger", () => {
    test("prefers a member of the message to standard metadata", async () => {
      const before = events("collect").length;
      await put("copies", base64('{"id":"theirs","dequeuecount":"many"}'));
      expect((await seen("collect", before + 1)).at(-1)).toMatchObject({ id: "theirs", dequeueCount: "many" });
    });

    test("that fails receives dequeue counts 1 to N, then the message moves to the poison queue", async () => {
      await put("failing", base64("bad"));
      expect(await poisoned("failing")).toEqual([base64("bad")]);
      expect(events("failing").map(({ dequeueCount }) => dequeueCount)).toEqual([1, 2, 3]);
      await until(
        () => count("failing"),
        (left) => left === 0,
      );
    });

    test("with a retry policy runs for each retry of each dequeue", async () => {
      await put("retried", base64("bad"));
      await poisoned("retried");
      const runs = [1, 2, 3].flatMap((dequeueCount) => [0, 1].map((retryCount) => [dequeueCount, retryCount]));
      expect(events("retried").map(({ dequeueCount, retryCount }) => [dequeueCount, retryCount])).toEqual(runs);
      expect(host.lines.join("\n")).toContain("Soon retries will not be supported for function 'retried'.");
    });

    test("whose error a hook removes has succeeded", async () => {
      await put("forgiven", base64("x"));
      await until(
        () => host.lines,
        (lines) => lines.some((line) => line.includes("Executed 'Functions.forgiven' (Succeeded")),
      );
      await until(
        () => count("forgiven"),
        (left) => left === 0,
      );
    });

    test("moves a message that is not base64 to the poison queue unchanged, without a run", async () => {
      await put("slow", "plain text!");
      expect(await poisoned("slow")).toEqual(["plain text!"]);
      expect(events("slow")).toEqual([]);
    });
  });

  test("stores no status of a timer that fires more than once a minute", async () => {
    expect((await seen("often", 2))[0]).toMatchObject({ status: null });
  });

  test("reports a function with a missing setting, and runs the others", () => {
    const text = host.lines.join("\n");
    expect(text).toContain("The 'nowhere' function is in error: '%NO_SUCH_SETTING%' does not resolve to a value");
    expect(text).toContain("Host started: 9 functions");
  });
});

describe("a message", () => {
  test("is delivered again after its lease if its host was killed", async () => {
    await start({ SLOW_MS: "60000" }, { queueLeaseMs: 1000 });
    await put("slow", base64("x"));
    expect((await seen("slow", 1))[0]).toMatchObject({ dequeueCount: 1 });
    await host.kill();
    await start({}, { queueLeaseMs: 1000 });
    expect((await seen("slow", 2)).at(0)).toMatchObject({ dequeueCount: 2 });
    await host.stop();
  });

  test("stays hidden longer than its lease while its function runs, for which SIGTERM waits", async () => {
    await start({ SLOW_MS: "3500" }, { queueLeaseMs: 1000 });
    await put("slow", base64("x"));
    await seen("slow", 1);
    expect(await host.stop()).toBe(0);
    expect(events("slow").map(({ begun, ended }) => [begun, ended])).toEqual([
      [true, undefined],
      [undefined, true],
    ]);
    expect(host.lines.at(-1)).toBe("terminated after start: true");
    expect(await count("slow")).toBe(0);
  });
});

test("SIGTERM waits for an endless function only for the drain time", async () => {
  await start({ SLOW_MS: "60000" }, { drainMs: 200 });
  await put("slow", base64("x"));
  await seen("slow", 1);
  expect(await host.stop()).toBe(0);
  expect(await count("slow")).toBe(1);
});

describe("a timer", () => {
  test("that missed a time while the host was stopped runs at once, past due", async () => {
    const blob = BlobServiceClient.fromConnectionString(azurite.connectionString)
      .getContainerClient("azure-webjobs-hosts")
      .getBlockBlobClient(`timers/${hostId}/Host.Functions.yearly/status`);
    // The previous hosts of this file have written it.
    const status = JSON.parse((await blob.downloadToBuffer()).toString()) as object;
    expect(status).toMatchObject({
      Last: "0001-01-01T00:00:00.000Z",
      Next: new Date(new Date().getFullYear() + 1, 0, 1).toISOString(),
    });

    const [last, missed] = [2, 1].map((years) => new Date(new Date().getFullYear() - years, 0, 1).toISOString());
    const text = JSON.stringify({ Last: last, Next: missed, LastUpdated: last });
    await blob.upload(text, text.length);
    await start();
    expect((await seen("yearly", 1))[0]).toMatchObject({ isPastDue: true });
    await host.stop();
    expect(JSON.parse((await blob.downloadToBuffer()).toString())).toMatchObject({
      Next: new Date(new Date().getFullYear() + 1, 0, 1).toISOString(),
    });
  });
});
