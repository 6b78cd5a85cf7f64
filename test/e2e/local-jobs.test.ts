// The environment of commands on this machine, and their isolation from the service.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { getLog, jobYaml, json, runToEnd, submit, waitForEnd, waitForLog } from "../support/job-client.ts";
import { send } from "../support/send.ts";
import { root, useService } from "../support/service-process.ts";

const environment = {
  CUDA_VISIBLE_DEVICES: "1",
  CONDA_PREFIX: "/opt/conda/envs/train",
  NO_PROXY: "localhost",
  npm_package_json: join(root, "package.json"),
};
const service = useService([], { environment });

async function logOf(body: string, headers?: Readonly<Record<string, string>>): Promise<string> {
  const { url } = service();
  const job = await runToEnd(url, body, headers);
  expect(job).toMatchObject({ status: "Completed" });
  return (await getLog(url, job.name)).text;
}

test("passes variables of Azure ML and the user's shell to a job, and a PATH without packaged programs", async () => {
  const text = await logOf(jobYaml("env; echo", "outputs: {model: {type: uri_folder}}\nexperiment_name: iris\n"));
  for (const line of [
    "CUDA_VISIBLE_DEVICES=1",
    "CONDA_PREFIX=/opt/conda/envs/train",
    "NO_PROXY=localhost",
    "PYTHONUNBUFFERED=1",
    "AZUREML_ARM_PROJECT_NAME=iris",
  ]) {
    expect(text).toContain(`\n${line}\n`);
  }
  expect(text).toMatch(/\nAZUREML_EXPERIMENT_ID=[0-9a-f-]{36}\n/);
  expect(text).toMatch(/\nAZURE_ML_OUTPUT_model=\/\S+\/outputs\/model\n/);
  const [, path = ""] = /\nPATH=(.*)\n/.exec(text) ?? [];
  expect(path).toContain("/bin");
  expect(path).not.toContain(join(root, "node_modules"));
});

test("runs a command of 140 kB", async () => {
  expect(await logOf(jobYaml(`echo begin\n#${"x".repeat(140_000)}\necho end`))).toContain("\nbegin\nend\n");
});

test("runs a command with CRLF in JSON like one with LF", async () => {
  const body = '{"command":"if true; then\\r\\n echo yes\\r\\nfi\\r\\n","environment":"azureml:any@latest"}';
  expect(await logOf(body, json)).toContain("\nyes\n");
});

test("cancels a job that stopped its supervisor and wrote a false outcome", async () => {
  const { url, data } = service();
  const outcome = '{"status":"Completed","finished_at":"2026-01-01T00:00:00.000Z"}';
  const { name } = await submit(
    url,
    jobYaml(
      `kill -STOP $PPID; echo '${outcome}' | tee ../exit.json > ../../$AZUREML_RUN_ID/exit.json; ` +
        "echo stopped; sleep 600",
    ),
  );
  await waitForLog(url, name, "stopped\n");
  const { pid } = JSON.parse(readFileSync(join(data, "jobs", name, "leader.json"), "utf8")) as { readonly pid: number };
  expect((await send(url, `POST /api/jobs/${name}/cancel`)).status).toBe(200);
  expect(await waitForEnd(url, name)).toMatchObject({ status: "Canceled" });
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
});
