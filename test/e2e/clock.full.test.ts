import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openInbox } from "../support/inbox-client.ts";
import { jobYaml, submit, waitForEnd, waitForLog } from "../support/job-client.ts";
import { send } from "../support/send.ts";
import { dataFolder, removeData, type ServiceProcess, startOn } from "../support/service-process.ts";
import { until } from "../support/until.ts";

const hour = 3_600_000;
let folder: string;
let service: ServiceProcess;
const shift = (ms: number) => writeFileSync(join(folder, "shift"), String(ms));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "jobgate-clock-"));
  shift(0);
  const preload = pathToFileURL(join(import.meta.dirname, "../support/shift-clock.ts")).href;
  const environment = {
    NODE_OPTIONS: `--disable-warning=ExperimentalWarning --import=${preload}`,
    JOBGATE_TEST_SHIFT: join(folder, "shift"),
  };
  service = await startOn(await dataFolder(), [], { environment });
});
afterAll(async () => {
  await service?.stop();
  if (service !== undefined) await removeData(service.data);
  rmSync(folder, { recursive: true });
});

test.each([
  ["an hour back", -hour],
  ["a day back", -25 * hour],
  ["two days forward, as after a sleep of the computer", 48 * hour],
  ["to the correct time", 0],
])(
  "finishes running jobs and runs new jobs and dropped files within 90 s after the clock is set %s",
  async (_case, ms) => {
    const go = join(folder, `go${ms}`);
    const { name } = await submit(service.url, jobYaml(`echo begun; until test -e ${go}; do sleep 0.05; done`));
    await waitForLog(service.url, name, "begun");
    shift(ms);
    const changed = performance.now();
    await until(
      async () => (await send(service.url, "GET /api/health/ready")).json<{ checked_at: string }>().checked_at,
      (at) => Math.abs(Date.parse(at) - Date.now() - ms) < 60_000,
    );
    writeFileSync(go, "");
    expect(await waitForEnd(service.url, name, 90_000)).toMatchObject({ status: "Completed" });
    const next = await submit(service.url, jobYaml("true"));
    expect(await waitForEnd(service.url, next.name, 90_000)).toMatchObject({ status: "Completed" });
    const inbox = openInbox(service.data);
    await inbox.drop(`clock${ms}.yml`, jobYaml("true"));
    expect(await inbox.receipt(`clock${ms}.yml`)).toMatchObject({ outcome: "accepted" });
    expect(performance.now() - changed).toBeLessThan(90_000);
  },
);
