import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { HostKeys } from "../../local/host/http/keys.ts";
import { jobYaml, submit, yaml } from "../support/job-client.ts";
import { send } from "../support/send.ts";
import { type Program, removeData, root, runProgram, runScript } from "../support/service-process.ts";
import { until } from "../support/until.ts";

let folder: string;
/** A copy of the project, which may have a local.settings.json. */
let app: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "jobgate-settings-"));
  app = join(folder, "app");
  for (const part of ["local", "shared", "functions", "scripts", "package.json", "host.json", "tsconfig.json"]) {
    cpSync(join(root, part), join(app, part), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(app, "node_modules"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = () => join(app, "local.settings.json");
const data = () => join(folder, "data");
const writeFile = (Values: object) => writeFileSync(file(), JSON.stringify({ IsEncrypted: false, Values }));

function start(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Program {
  const script = join(app, "local/start.ts");
  const program = runProgram(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", script, "--port", "0", "--data", data(), ...args],
    environment,
  );
  onTestFinished(async () => {
    program.child.kill("SIGTERM");
    await program.ended;
    await removeData(data());
  });
  return program;
}

async function urlOf({ output, child }: Program): Promise<string> {
  const text = await until(output, (said) => said.includes("Stop it with") || child.exitCode !== null, 100_000);
  expect(text).toContain("runs at");
  return /runs at (\S+)/.exec(text)?.[1] ?? "";
}

describe("npm start with a local.settings.json that selects keys and Azure ML", () => {
  test("reports the file, requires keys and uses Azure ML, with a data folder for its user only", async () => {
    writeFile({ JOBS_BACKEND: "azureml", JOBS_AUTH: "key" });
    mkdirSync(data());
    chmodSync(data(), 0o755);
    const service = start([]);
    const url = await urlOf(service);
    expect(service.output()).toContain(
      `Settings were read from ${file()}; environment variables and options override it.`,
    );
    expect(service.output()).toContain("The backend is a fake Azure ML on this machine");
    expect(await send(url, "GET /api/jobs")).toMatchObject({ status: 401 });
    const { functionKeys } = JSON.parse(readFileSync(join(data(), "keys.json"), "utf8")) as HostKeys;
    const body = jobYaml("true", "compute: azureml:cpu\n");
    const job = await submit(url, body, { ...yaml, "x-functions-key": functionKeys.default ?? "" });
    expect(job).toMatchObject({ status: "NotStarted" });
    expect(existsSync(join(data(), "jobs"))).toBe(false);
    expect(statSync(data()).mode & 0o777).toBe(0o700);
  });

  test("prefers the environment and options to the file", async () => {
    writeFile({ JOBS_BACKEND: "azureml", JOBS_AUTH: "key" });
    const url = await urlOf(start(["--backend", "local"], { JOBS_AUTH: "none" }));
    await submit(url, jobYaml("true"));
    expect(existsSync(join(data(), "jobs"))).toBe(true);
    expect(statSync(data()).mode & 0o777).toBe(0o700);
  });

  test.each([
    ["the file", { JOBS_POL_MIN_SECONDS: "3" }, {}],
    ["the environment", {}, { JOBS_POL_MIN_SECONDS: "3" }],
  ])(
    "rejects a misspelled setting in %s with a suggestion, and leaves no process",
    async (_where, values, environment) => {
      writeFile(values);
      const { ended, output } = start([], environment);
      expect(await ended).toMatchObject({ code: 1 });
      expect(output()).toMatch(
        /^Jobgate cannot start: a setting is invalid:\n- JOBS_POL_MIN_SECONDS: is not a setting; did you mean JOBS_POLL_MIN_SECONDS\?$/m,
      );
      expect(output()).not.toContain("runs at");
    },
  );
});

test.each(["local/start.ts", "local/demo.ts", "scripts/reindex.ts"])(
  "%s rejects an empty --data, which an unset shell variable causes, and writes nothing",
  async (script) => {
    const before = readdirSync(root);
    const { ended, output } = runScript(script, ["--data", ""]);
    expect(await ended).toMatchObject({ code: 1 });
    expect(output()).toContain("--data: the value is empty. List the options with: npm ");
    expect(output()).not.toContain("    at ");
    expect(readdirSync(root)).toEqual(before);
  },
);
