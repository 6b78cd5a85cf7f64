import { expect, test } from "vitest";
import { commandJob, localSetup, reached } from "../../../contract/backends/local-jobs.ts";

test("a command that exits with 0 is Completed, with its log", async () => {
  const { run, log } = await localSetup();
  const job = commandJob("echo out; echo err >&2");
  expect(await run(job)).toMatchObject({ status: "Completed", revision: 5, log_names: ["user_logs/std_log.txt"] });
  expect(await log(job)).toMatch(/^\[jobgate\] .*\nout\nerr\n\[jobgate\] The job is Completed\.\n$/s);
});

test("a command that exits with another code is Failed with that code", async () => {
  const { run } = await localSetup();
  expect(await run(commandJob("exit 3"))).toMatchObject({
    status: "Failed",
    error: { code: "command_failed", message: "The command exited with code 3." },
  });
});

test("cancel ends a running job", async () => {
  const { backend, run } = await localSetup();
  const job = commandJob("sleep 60");
  await backend.submit(job);
  await reached(backend, job, "Running");
  await backend.cancel(job);
  expect(await run(job)).toMatchObject({ status: "Canceled" });
});
