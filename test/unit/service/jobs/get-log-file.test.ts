import { beforeEach, describe, expect, test } from "vitest";
import { ServiceError } from "../../../../shared/core/errors.ts";
import { LogUrlRefused } from "../../../../shared/core/ports/backend-port.ts";
import { cancelJob } from "../../../../shared/service/jobs/cancel-job.ts";
import { getLogFile, listLogFiles } from "../../../../shared/service/jobs/get-log-file.ts";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { applyUpdate } from "../../../../shared/service/lifecycle/apply-update.ts";
import { refreshLogUrls } from "../../../../shared/service/lifecycle/refresh-log-urls.ts";
import { deliverAll, passTime } from "../../../support/memory/pass-time.ts";
import { createWorld, submission, type World } from "../../../support/memory/world.ts";

let world: World;
const log = "user_logs/std_log.txt";

async function start(logs: "stored" | "signed"): Promise<void> {
  world = createWorld({ logs, urlMinutes: 60 });
  for (const name of ["iris", "rose"]) {
    await submitJob(world, submission({ name }));
    await deliverAll(world);
    world.backend.say(name, { status: "Running", log_names: [log] });
  }
  await passTime(world, 1);
}

async function text({ body }: { readonly body: AsyncIterable<Uint8Array> }): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const outside = [
  "../rose/user_logs/std_log.txt",
  "user_logs/../../rose/std_log.txt",
  "",
  ".",
  "..",
  "/etc/passwd",
  "a//b",
  "a\\..\\b",
  "a\u0000b",
  "x".repeat(901),
];

describe("logs in the service's own storage", () => {
  beforeEach(async () => {
    await start("stored");
    await world.logs.append("iris", log, 0, Buffer.from("hello world\n"));
    await world.logs.append("rose", "secret.txt", 0, Buffer.from("of rose"));
  });

  test("are listed as URLs that are signed for one file and some minutes", async () => {
    const expires = new Date(world.clock.now().getTime() + 15 * 60_000).toISOString();
    expect(await listLogFiles(world, "iris")).toEqual({
      [log]: `https://memory.test/job-logs/iris/user_logs/std_log.txt?se=${expires}&sig=memory`,
    });
  });

  test.each([
    [undefined, "hello world\n", 0],
    [{ start: 6, end: 8 }, "wor", 6],
    [{ start: 6 }, "world\n", 6],
    [{ suffix: 3 }, "ld\n", 9],
  ])("are read by range %j", async (range, expected, from) => {
    const content = await getLogFile(world, "iris", log, range);
    expect([await text(content), content.start, content.size]).toEqual([expected, from, 12]);
  });

  test("are not read beyond their end", async () => {
    await expect(getLogFile(world, "iris", log, { start: 12 })).rejects.toMatchObject({
      code: "range_not_satisfiable",
    });
  });

  test.each(["secret.txt", "user_logs", ...outside])(
    "are not read under a name that is none of the job's: %j",
    async (path) => {
      await expect(getLogFile(world, "iris", path)).rejects.toMatchObject({ code: "log_not_found" });
    },
  );

  test("that may still be written are reported as not there yet", async () => {
    await expect(getLogFile(world, "iris", "later.txt")).rejects.toMatchObject({
      message: 'Job iris has no log "later.txt" yet; it is Running.',
    });
  });

  test("are reported as waiting for the start of the job, or as missing if it never started", async () => {
    await submitJob(world, submission({ name: "lily" }));
    await expect(getLogFile(world, "lily", log)).rejects.toMatchObject({
      message: expect.stringContaining("yet: it has not started"),
    });
    await cancelJob(world, "lily");
    await expect(getLogFile(world, "lily", log)).rejects.toMatchObject({
      message: expect.stringContaining("it is Canceled and never started"),
    });
  });

  test("of a finished job are listed if another one is requested", async () => {
    world.backend.say("iris", { status: "Completed", log_names: [log] });
    await passTime(world, 1);
    await expect(getLogFile(world, "iris", "std_log.txt")).rejects.toMatchObject({
      message: `Job iris has no log "std_log.txt"; its logs are ${log}.`,
    });
  });

  test("have a signed URL of the whole file", async () => {
    expect(await (await getLogFile(world, "iris", log, { start: 1 })).url()).toMatch(
      /^https:\/\/memory\.test\/job-logs\/iris\/user_logs\/std_log\.txt\?se=/,
    );
    const sign = async () => Promise.reject(new ServiceError("unavailable", "No identity."));
    expect(await (await getLogFile({ ...world, logs: { ...world.logs, sign } }, "iris", log)).url()).toBeUndefined();
  });

  test("of a job that does not exist are not found", async () => {
    await expect(listLogFiles(world, "lily")).rejects.toMatchObject({ code: "job_not_found" });
    await expect(getLogFile(world, "lily", log)).rejects.toMatchObject({ code: "job_not_found" });
  });
});

describe("logs that the backend signs", () => {
  beforeEach(() => start("signed"));

  test("are listed as stored, without a call to the backend", async () => {
    const { logUrls } = world.backend.calls;
    expect(await listLogFiles(world, "iris")).toEqual((await world.logUrls.get("iris"))?.urls);
    expect(world.backend.calls.logUrls).toBe(logUrls);
  });

  test("are refreshed if the stored URLs expire within five minutes, and read with the new ones", async () => {
    const before = await listLogFiles(world, "iris");
    world.clock.advance(56 * 60_000);
    const after = await listLogFiles(world, "iris");
    expect(after[log]).not.toBe(before[log]);
    expect(await text(await getLogFile(world, "iris", log))).toContain("/iris/user_logs/std_log.txt");
  });

  test("are refreshed if there is a log without a stored URL", async () => {
    const { submission_id } = (await world.records.get("iris"))?.value ?? { submission_id: "" };
    const observation = {
      status: "Running",
      observed_at: world.clock.now().toISOString(),
      log_names: [log, "second.txt"],
    };
    world.backend.say("iris", { log_names: observation.log_names });
    await applyUpdate(world, { schema_version: 1, name: "iris", submission_id, kind: "status", observation });
    expect(Object.keys(await listLogFiles(world, "iris"))).toEqual([log, "second.txt"]);
  });

  test("are readable for a finished job, long after its row was deleted", async () => {
    world.backend.say("iris", { status: "Completed" });
    await passTime(world, 1);
    world.clock.advance(7 * 24 * 3_600_000);
    expect(await text(await getLogFile(world, "iris", log))).toContain("/iris/");
  });

  test.each(["other.txt", "toString", ...outside])(
    "are not read under a name that is none of the job's: %j",
    async (path) => {
      await expect(getLogFile(world, "iris", path)).rejects.toMatchObject({ code: "log_not_found" });
    },
  );

  test("have the URL that the backend signed", async () => {
    expect(await (await getLogFile(world, "iris", log)).url()).toBe((await world.logUrls.get("iris"))?.urls[log]);
  });

  test("are an empty list for a job that the backend lost", async () => {
    world.backend.drop("iris");
    await world.logUrls.delete("iris");
    expect(await listLogFiles(world, "iris")).toEqual({});
  });

  test("are refreshed by a message only when due, so that a repeated one costs no call", async () => {
    const { logUrls } = world.backend.calls;
    await refreshLogUrls(world, "iris");
    expect(world.backend.calls.logUrls).toBe(logUrls);
    world.clock.advance(51 * 60_000);
    await refreshLogUrls(world, "iris");
    await refreshLogUrls(world, "iris");
    expect(world.backend.calls.logUrls).toBe(logUrls + 1);
  });
});

test("signed logs of an undispatched job wait for its start, also while the backend is unreachable", async () => {
  await start("signed");
  await submitJob(world, submission({ name: "lily" }));
  world.backend.always("logUrls", { kind: "unreachable" });
  await expect(getLogFile(world, "lily", log)).rejects.toMatchObject({
    code: "log_not_found",
    message: expect.stringContaining("yet: it has not started, its status is NotStarted"),
  });
  expect(await listLogFiles(world, "lily")).toEqual({});
});

describe("a signature that is no longer valid", () => {
  beforeEach(() => start("signed"));

  /** Storage that accepts only the newest URL, or none. */
  function withKeyChanged(accepts: "the newest" | "none") {
    const { readLog, logUrls, ...backend } = world.backend;
    let newest: string | undefined;
    return {
      ...world,
      backend: {
        ...backend,
        logUrls: async (...asked: Parameters<NonNullable<typeof logUrls>>) => {
          const fresh = await logUrls?.(...asked);
          newest = fresh?.urls[log];
          return fresh;
        },
        readLog: async (url: string) => {
          if (accepts === "none" || url !== newest) throw new LogUrlRefused("No.");
          return readLog?.(url);
        },
      },
    };
  }

  test("is replaced by a fresh one, and the log is read", async () => {
    const ports = withKeyChanged("the newest");
    expect(await text(await getLogFile(ports, "iris", log))).toContain("log at /iris");
    // The fresh URLs are stored for the next request.
    expect(await text(await getLogFile(ports, "iris", log))).toContain("log at /iris");
    expect(world.backend.calls.logUrls).toBe(3);
  });

  test("is an outage if the fresh one is not valid either", async () => {
    await expect(getLogFile(withKeyChanged("none"), "iris", log)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.not.stringContaining("sig="),
    });
  });
});
