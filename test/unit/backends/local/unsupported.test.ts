import { expect, test } from "vitest";
import { unsupported } from "../../../../shared/backends/local/unsupported.ts";
import { BackendRefusal } from "../../../../shared/core/backend-port.ts";
import { CommandJob } from "../../../../shared/core/job/command-job.ts";
import { commandJob, localSetup } from "../../../contract/backends/local-jobs.ts";

/** Stands for every type but command. */
class SweepLike extends CommandJob {
  override readonly type = "sweep";
}

const sweep = new SweepLike({ command: "true", environment: "azureml:any@latest" });

test("a job of another type names the type", () => {
  expect(unsupported(sweep)).toEqual([
    { pointer: "/type", code: "unsupported_by_backend", message: "A job of type sweep needs Azure ML; the local backend runs only jobs of type command." },
  ]);
});

test("code that only Azure ML has is named with its value, without a signature", () => {
  expect(unsupported(commandJob("true", { code: "https://example.org/src?sig=secret" }).job)).toMatchObject([
    { pointer: "/code", code: "unsupported_by_backend", message: expect.stringContaining('"https://example.org/src"') },
  ]);
});

test("code on the submitter's disk is left to the core, and refused at the latest when it would run", async () => {
  const job = commandJob("true", { code: "./src" });
  expect(unsupported(job.job)).toEqual([]);
  const { backend } = await localSetup();
  await expect(backend.submit(job)).rejects.toMatchObject({ code: "code_not_available_locally" });
});

test("submitting it all the same is refused and makes no folder", async () => {
  const { backend } = await localSetup();
  const job = { ...commandJob("true"), job: sweep };
  await expect(backend.submit(job)).rejects.toBeInstanceOf(BackendRefusal);
  expect(await backend.observe([job])).toEqual([{ name: job.name, observation: undefined }]);
});
