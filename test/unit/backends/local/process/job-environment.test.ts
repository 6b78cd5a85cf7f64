// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Azure ML writes its bindings so
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sha256 } from "../../../../../shared/core/text/digest.ts";
import { commandJob, localSetup, ownFolder, temporaryFolder } from "../../../../contract/backends/local-jobs.ts";
import { createMemoryBundles } from "../../../../support/memory/bundles.ts";
import { buildZip } from "../../../../support/zip.ts";

test("sets Azure ML's variables for inputs, outputs, run and experiment", async () => {
  const bundles = createMemoryBundles();
  const bytes = buildZip([
    { name: "data/a.csv", content: "1" },
    { name: "one.txt", content: "2" },
  ]);
  const zip = join(await temporaryFolder(), "bundle.zip");
  await writeFile(zip, bytes);
  await bundles.put(sha256(bytes), zip);
  const { run, log, directory } = await localSetup({ bundles });
  const inputs = {
    folder: { type: "uri_folder", path: "data" },
    file: { type: "uri_file", path: "one.txt" },
    word: "literal",
  };
  const job = {
    ...commandJob("env; cat $AZURE_ML_INPUT_folder/a.csv $AZURE_ML_INPUT_file", {
      inputs,
      outputs: { model: null, report: { type: "uri_file" } },
    }),
    bundle_sha256: sha256(bytes),
  };
  expect(await run(job)).toMatchObject({ status: "Completed" });
  const text = await log(job);
  const own = (path: string) => join(ownFolder(directory, job), path);
  const variables = Object.fromEntries(
    text.split("\n").flatMap((line) => (/^AZURE_?ML_\w+=/.test(line) ? [line.split(/=(.*)/s).slice(0, 2)] : [])),
  );
  expect(variables).toEqual({
    AZUREML_RUN_ID: job.name,
    AZUREML_ROOT_RUN_ID: job.name,
    AZUREML_ARM_PROJECT_NAME: "Default",
    AZUREML_EXPERIMENT_ID: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    AZURE_ML_INPUT_folder: own("inputs/folder"),
    AZURE_ML_INPUT_file: own("inputs/file/one.txt"),
    AZURE_ML_OUTPUT_model: own("outputs/model"),
    AZURE_ML_OUTPUT_report: own("outputs/report/report"),
  });
  expect(text).toContain("\n12");
});

test("sets PYTHONUNBUFFERED unless the job sets it", async () => {
  const { run, log } = await localSetup();
  const [live, buffered] = [
    commandJob("echo $PYTHONUNBUFFERED."),
    commandJob("echo $PYTHONUNBUFFERED.", { environment_variables: { PYTHONUNBUFFERED: "" } }),
  ];
  await run(live);
  await run(buffered);
  expect(await log(live)).toContain("\n1.\n");
  expect(await log(buffered)).toContain("\n.\n");
});
