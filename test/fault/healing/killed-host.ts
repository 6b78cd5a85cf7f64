/** Kills the running service at a chosen call to storage, starts it again and checks its job. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { bundle } from "../../../scripts/bundle.ts";
import { indexEntry } from "../../../shared/core/records/index-entry.ts";
import { systemClock } from "../../../shared/lib/clock.ts";
import { createStorage, type Storage } from "../../../shared/storage/create-storage.ts";
import { startTestAzurite, type TestAzurite } from "../../support/azurite.ts";
import { type HostProcess, startHostProcess } from "../../support/host-process.ts";
import { jobYaml, waitForEnd, yaml } from "../../support/job-client.ts";
import { jobReader } from "../../support/job-reader.ts";
import { send } from "../../support/send.ts";
import { dataFolder, removeData, root } from "../../support/service-process.ts";
import { type CallFault, type StorageTap, tapStorage } from "../../support/storage-tap.ts";
import { until } from "../../support/until.ts";

export interface Bench {
  readonly tap: StorageTap;
  /** Direct access to storage, without the tap. */
  readonly storage: Storage;
  readonly data: string;
  start(): Promise<HostProcess>;
  stop(): Promise<void>;
}

/** Time after which a message is delivered again whose function was killed. */
const queueLeaseMs = 2000;

export async function openBench(settings: Readonly<Record<string, string>> = {}): Promise<Bench> {
  const data = await dataFolder();
  const [azurite]: [TestAzurite, unknown] = await Promise.all([startTestAzurite(), bundle(join(data, "app"))]);
  const tap = await tapStorage(azurite.connectionString);
  const all = {
    AZURE_FUNCTIONS_ENVIRONMENT: "Development",
    AzureWebJobsStorage: tap.connectionString,
    JOBS_AUTH: "none",
    JOBS_BACKEND: "local",
    JOBS_DATA_DIR: join(data, "jobs"),
    JOBS_POLL_SCHEDULE: "* * * * * *",
    JOBS_POLL_MIN_SECONDS: "0.9",
    JOBS_HEAL_SCHEDULE: "* * * * * *",
    JOBS_INBOX_SCHEDULE: "0 0 0 1 1 *",
    // On a busy machine a slow call must not count as an outage.
    JOBS_STORAGE_TIMEOUT_MS: "20000",
    ...settings,
  };
  return {
    tap,
    storage: createStorage({
      connection: { connectionString: azurite.connectionString },
      timeoutMs: 10_000,
      clock: systemClock,
    }),
    data,
    start: () => startHostProcess(root, { entry: join(data, "app", "main.cjs"), queueLeaseMs, settings: all }),
    async stop() {
      await tap.stop();
      await azurite.stop();
      await removeData(data);
    },
  };
}

/** Makes all rows due and an hour old, so that the poll and healing process them at once. */
export async function makeRowsDue({ openJobs }: Storage): Promise<void> {
  const { jobs } = await openJobs.due(new Date(Date.now() + 86_400_000));
  const at = (ms: number) => new Date(Date.now() - ms).toISOString();
  const due = { next_poll_at: at(0), heal_at: at(0) };
  await openJobs.mergeMany(
    jobs.map(({ value }) => ({
      name: value.name,
      changes: value.sent_at === undefined ? due : { ...due, sent_at: at(3_600_000) },
    })),
  );
}

export type KillPoint = Omit<CallFault, "action">;

/** Submits a job, kills the service at a call, starts it again, and expects one run and consistent projections. */
export async function killAndRecover(bench: Bench, name: string, point: KillPoint): Promise<void> {
  const { tap, storage, data } = bench;
  const runs = join(data, `${name}.runs`);
  const put = (url: string) =>
    send(url, `PUT /api/jobs/${name}`, { headers: yaml, body: jobYaml(`echo run >> ${runs}`) });
  const first = await bench.start();
  const killed = tap.arm({ ...point, action: () => first.kill() });
  const answer = await put(first.url).catch(() => undefined);
  await killed;

  const second = await bench.start();
  try {
    // A client without a response repeats the request.
    if (answer?.status !== 201) expect([200, 201]).toContain((await put(second.url)).status);
    await makeRowsDue(storage);
    // A poll during the dispatch may postpone the next one by a minute.
    expect((await waitForEnd(second.url, name, 150_000)).status).toBe("Completed");
    // If the row changes while the job is closed, healing deletes it.
    await makeRowsDue(storage);
    await until(
      async () => (await storage.openJobs.get(name)) === undefined,
      (closed) => closed,
      60_000,
    );
    expect(readFileSync(runs, "utf8")).toBe("run\n");
    const record = (await storage.records.get(name))?.value;
    if (record === undefined) throw new Error(`There is no record of ${name}.`);
    expect(await storage.dumps.get(name)).toBe(record.dump);
    expect(await storage.index.get(name, record.creation_context.created_at)).toEqual(indexEntry(jobReader, record));
    expect(record.timeline.map(({ seq }) => seq)).toEqual(record.timeline.map((_, index) => index + 1));
  } finally {
    await second.stop();
  }
}
