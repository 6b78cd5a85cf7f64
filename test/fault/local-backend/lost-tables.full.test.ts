/** A service whose Azurite kept its blobs and lost its tables with the rows of all jobs. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findAzurite } from "../../../local/azurite/find-azurite.ts";
import { jobYaml, submit, waitForEnd, waitForStatus } from "../../support/job-client.ts";
import { send } from "../../support/send.ts";
import { dataFolder, removeData, startOn } from "../../support/service-process.ts";
import { until } from "../../support/until.ts";

test("finishes a running job, lists it again and reports it in the log after all tables were lost", {
  timeout: 120_000,
}, async () => {
  const data = await dataFolder();
  onTestFinished(() => removeData(data));
  const first = await startOn(data);
  const { name } = await submit(first.url, jobYaml(`until test -e ${join(data, "go")}; do sleep 0.05; done; exit 3`));
  await waitForStatus(first.url, name, "Running");
  await first.stop();
  expect(await findAzurite(join(data, "azurite"))).toBeUndefined();
  rmSync(join(data, "azurite", "__azurite_db_table__.json"));

  const second = await startOn(data);
  onTestFinished(async () => void (await second.stop()));
  writeFileSync(join(data, "go"), "");
  expect(await waitForEnd(second.url, name)).toMatchObject({
    status: "Failed",
    error: { message: "The command exited with code 3." },
  });
  await until(
    async () => (await send(second.url, "GET /api/jobs")).json<{ value: { name: string; status: string }[] }>().value,
    (jobs) => jobs.some((job) => job.name === name && job.status === "Failed"),
  );
  expect(second.output()).toContain(`Restored lost rows of table openjobs, of the jobs ${name}.`);
});
