// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Azure ML writes its bindings so
import { expect, test } from "vitest";
import { unsupported } from "../../../../../shared/backends/local/jobs/unsupported.ts";
import { CommandJob } from "../../../../../shared/core/job/types/command/job.ts";
import { BackendRefusal } from "../../../../../shared/core/ports/backend-port.ts";
import { commandJob, localSetup } from "../../../../contract/backends/local-jobs.ts";

/** Stands for every type but command. */
class SweepLike extends CommandJob {
  override readonly type = "sweep";
}

const sweep = new SweepLike({ command: "true", environment: "azureml:any@latest" });

test("a job of another type names the type", () => {
  expect(unsupported(sweep)).toEqual([
    {
      pointer: "/type",
      code: "unsupported_by_backend",
      message: "A job of type sweep needs Azure ML; the local backend runs only jobs of type command.",
    },
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

test("variables that are together more than a process takes are named together, and a path of any length in a command is no hindrance", () => {
  const many = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`V${at}`, "x".repeat(100_000)]));
  expect(unsupported(commandJob("true", { environment_variables: many }).job)).toMatchObject([
    { pointer: "/environment_variables", message: expect.stringContaining("bytes in all") },
  ]);
  const job = commandJob("cat ${{inputs.a}} ${{inputs.b}} > ${{outputs.c}} $[[${{inputs.none}}]]", {
    inputs: { a: { type: "uri_file", path: "azureml:data:1" }, b: { type: "uri_file", path: "https://example.org/a" } },
    outputs: { c: {} },
  });
  expect(unsupported(job.job)).toEqual([]);
});
