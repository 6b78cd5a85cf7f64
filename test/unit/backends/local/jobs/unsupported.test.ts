// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Azure ML writes its bindings so
import { expect, test } from "vitest";
import { unsupported } from "../../../../../shared/backends/local/jobs/unsupported.ts";
import { CommandJob } from "../../../../../shared/core/job/types/command/job.ts";
import { BackendRefusal } from "../../../../../shared/core/ports/backend-port.ts";
import { commandJob, localSetup } from "../../../../contract/backends/local-jobs.ts";

/** A job of another type than command. */
class SweepLike extends CommandJob {
  override readonly type = "sweep";
}

const sweep = new SweepLike({ command: "true", environment: "azureml:any@latest" });

test("reports a job of another type, with the type", () => {
  expect(unsupported(sweep)).toEqual([
    {
      pointer: "/type",
      code: "unsupported_by_backend",
      message: "A job of type sweep needs Azure ML; the local backend runs only jobs of type command.",
    },
  ]);
});

test("reports code that only Azure ML can fetch, without the signature of its URL", () => {
  expect(unsupported(commandJob("true", { code: "https://example.org/src?sig=secret" }).job)).toMatchObject([
    { pointer: "/code", code: "unsupported_by_backend", message: expect.stringContaining('"https://example.org/src"') },
  ]);
});

test("does not report code with a local path, but rejects the job at submit if it has no bundle", async () => {
  const job = commandJob("true", { code: "./src" });
  expect(unsupported(job.job)).toEqual([]);
  const { backend } = await localSetup();
  await expect(backend.submit(job)).rejects.toMatchObject({ code: "code_not_available_locally" });
});

test.each([
  "azureml:iris:1",
  "iris:1",
  "azureml://datastores/d/paths/p",
  "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/data/d/versions/1",
  "abfss://c@h/x",
  "wasb://c@h/x",
  "http://example.org/a",
  "s3://b/x",
])("reports the input %s, which a run on this machine cannot read, at its path", (path) => {
  const inputs = { a: { type: "uri_file", path }, b: 1 };
  expect(unsupported(commandJob("cat ${{inputs.a}} ${{inputs.b}}", { inputs }).job)).toMatchObject([
    {
      pointer: "/inputs/a/path",
      code: "unsupported_by_backend",
      message: expect.stringContaining(`Input a is ${path},`),
    },
  ]);
});

test("reports every input that it cannot read, with the URL without its signature", () => {
  const inputs = { a: { path: "http://example.org/a?sig=secret" }, b: { path: "./b" }, c: { path: "azureml:c:1" } };
  const found = unsupported(commandJob("true", { inputs }).job);
  expect(found.map(({ pointer }) => pointer)).toEqual(["/inputs/a/path", "/inputs/c/path"]);
  expect(JSON.stringify(found)).not.toContain("secret");
});

test.each(["${{inputs.a}}", "${{outputs.a}}"])("leaves the missing %s to the validation of the job", (binding) => {
  expect(unsupported(commandJob(`cat ${binding}`).job)).toEqual([]);
});

test("rejects an unsupported job at submit and creates no folder", async () => {
  const { backend } = await localSetup();
  const job = { ...commandJob("true"), job: sweep };
  await expect(backend.submit(job)).rejects.toBeInstanceOf(BackendRefusal);
  expect(await backend.observe([job])).toEqual([{ name: job.name, observation: undefined }]);
});

test("reports the total size of too large variables, and no issue for paths in a command", () => {
  const many = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`V${at}`, "x".repeat(100_000)]));
  expect(unsupported(commandJob("true", { environment_variables: many }).job)).toMatchObject([
    { pointer: "/environment_variables", message: expect.stringContaining("bytes in all") },
  ]);
  const job = commandJob("cat ${{inputs.a}} ${{inputs.b}} > ${{outputs.c}} $[[${{inputs.none}}]]", {
    inputs: { a: { type: "uri_file", path: "./a.csv" }, b: { type: "uri_file", path: "https://example.org/a" } },
    outputs: { c: {} },
  });
  expect(unsupported(job.job)).toEqual([]);
});
