import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commandJob, type LocalSetup, localSetup, temporaryFolder } from "../../contract/backends/local-jobs.ts";
import { waitForEnd } from "../../contract/backends/observe-job.ts";

/** Creates the folder of a job as version 0.1.0 did: one folder, no token, the whole environment in the spec. */
async function olderFolder(
  command: string,
): Promise<{ readonly root: string; readonly folder: string; readonly job: ReturnType<typeof commandJob> }> {
  const root = await temporaryFolder();
  const job = commandJob(command);
  const { name, submission_id } = job;
  const folder = join(root, "jobs", name);
  for (const part of ["work", "outputs/model"]) await mkdir(join(folder, part), { recursive: true });
  const environment = { PATH: process.env.PATH, AZUREML_RUN_ID: name, JOBGATE_SUBMISSION_ID: submission_id };
  const spec = {
    schema_version: 1,
    name,
    submission_id,
    created_at: "2026-01-01T00:00:00.000Z",
    command,
    bash: "/bin/bash",
    environment,
  };
  await writeFile(
    join(folder, "spec.json"),
    JSON.stringify({ ...spec, max_log_bytes: 1_000_000, downloads: [], outputs: ["model"] }),
  );
  await writeFile(join(folder, "std_log.txt"), "[jobgate] begin\n");
  return { root, folder, job };
}

async function resume(root: string): Promise<LocalSetup> {
  const setup = await localSetup({}, root);
  await setup.backend.ready();
  return setup;
}

test("runs a waiting job of an older version in its folder, with its log and outputs", async () => {
  const { root, folder, job } = await olderFolder("pwd; echo 1 > ../outputs/model/m");
  const { backend, log, outputs } = await resume(root);
  expect(await waitForEnd(backend, job)).toMatchObject({ status: "Completed" });
  expect(await log(job)).toBe(`[jobgate] begin\n${join(folder, "work")}\n[jobgate] The job is Completed.\n`);
  expect(await outputs.text(job.name, "model/m")).toBe("1\n");
  expect(await readdir(folder)).not.toContain("work");
});

test("accepts the outcome of a supervisor of an older version", async () => {
  const { root, folder, job } = await olderFolder("true");
  await writeFile(
    join(folder, "started"),
    JSON.stringify({ pid: 2 ** 22 + 1, start_time: "1", started_at: "2026-01-01T00:00:01.000Z" }),
  );
  await writeFile(
    join(folder, "exit.json"),
    JSON.stringify({
      status: "Failed",
      finished_at: "2026-01-01T00:00:02.000Z",
      error: { code: "command_failed", message: "It failed." },
    }),
  );
  const { backend } = await resume(root);
  expect(await waitForEnd(backend, job)).toMatchObject({
    status: "Failed",
    finished_at: "2026-01-01T00:00:02.000Z",
    error: { message: "It failed." },
  });
});

test("fails a job whose supervisor of an older version was killed", async () => {
  const { root, folder, job } = await olderFolder("true");
  await writeFile(
    join(folder, "started"),
    JSON.stringify({ pid: 2 ** 22 + 1, start_time: "1", started_at: "2026-01-01T00:00:01.000Z" }),
  );
  const { backend } = await resume(root);
  expect(await waitForEnd(backend, job)).toMatchObject({ status: "Failed", error: { code: "supervisor_lost" } });
});
