import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Job } from "../../../../../../shared/core/job/job.ts";
import { jobTypes } from "../../../../../../shared/core/job/job-types.ts";
import { loadJob } from "../../../../../../shared/core/job/load-job.ts";
import { CommandJob } from "../../../../../../shared/core/job/types/command/job.ts";

const fields = { command: "echo hi", environment: "azureml:e:1" };

const full = `
name: j1
type: command
display_name: Job one
description: |
  # Title

  Some text.
experiment_name: exp
tags: {a: b, 'yes': 'no', none: null}
properties: {p: q}
compute: cpu
code: azureml:c:1
command: python a.py \${{inputs.data}}
environment: {image: ubuntu, conda_file: {dependencies: [python=3.11]}}
environment_variables: {A: text, B: 1, C: 1.0, D: true, E: null}
resources: {instance_count: 2, shm_size: 2g}
distribution: {type: PyTorch, process_count_per_instance: 4}
limits: {timeout: 60}
identity: {type: UserIdentity}
queue_settings: {job_tier: Spot}
services: {ssh: {type: ssh, nodes: all}}
inputs: {big: 9007199254740993, data: {path: azureml:d:1}, x: 1.0}
outputs: {o: {mode: upload}, p: null}
parent_job_name: j0
`;

function loadFull(): CommandJob {
  const { job, issues } = loadJob(full, { basePath: "jobs" });
  expect(issues).toBeUndefined();
  return job as CommandJob;
}

describe("the attributes of a command job", () => {
  test("a command job has the attributes of its YAML, normalized as in the SDK", () => {
    const job = loadFull();
    expect(job).toBeInstanceOf(CommandJob);
    expect(job).toBeInstanceOf(Job);
    expect({
      type: job.type,
      name: job.name,
      display_name: job.display_name,
      description: job.description,
      experiment_name: job.experiment_name,
      tags: { ...job.tags },
      properties: { ...job.properties },
      compute: job.compute,
      code: job.code,
      command: job.command,
      environment_variables: { ...job.environment_variables },
      resources: job.resources,
      distribution: job.distribution,
      limits: job.limits,
      identity: job.identity,
      queue_settings: job.queue_settings,
      services: job.services,
      outputs: { ...job.outputs },
      parent_job_name: job.parent_job_name,
      base_path: job.base_path,
    }).toEqual({
      type: "command",
      name: "j1",
      display_name: "Job one",
      description: "# Title\n\nSome text.\n",
      experiment_name: "exp",
      tags: { a: "b", yes: "no", none: null },
      properties: { p: "q" },
      compute: "azureml:cpu",
      code: "azureml:c:1",
      command: `python a.py \${{inputs.data}}`,
      environment_variables: { A: "text", B: "1", C: "1.0", D: "True" },
      resources: { instance_count: 2, shm_size: "2g", properties: {} },
      distribution: { type: "pytorch", process_count_per_instance: 4 },
      limits: { timeout: 60 },
      identity: { type: "user_identity" },
      queue_settings: { job_tier: "spot" },
      services: { ssh: { type: "ssh", nodes: "all" } },
      outputs: { o: { mode: "upload", type: "uri_folder" }, p: null },
      parent_job_name: "j0",
      base_path: "jobs",
    });
    expect(job.inputs.data).toEqual({ type: "uri_folder", path: "azureml:d:1" });
    expect(job.inputs.big).toBe(9007199254740993n);
    expect(job.environment).toMatchObject({ name: "CliV2AnonymousEnvironment", image: "ubuntu", tags: {} });
  });

  test("attributes that a service sets are undefined until it does", () => {
    const job = new CommandJob(fields);
    const names = [
      "name",
      "display_name",
      "description",
      "experiment_name",
      "compute",
      "code",
      "resources",
      "services",
      "id",
      "status",
    ] as const;
    expect(names.map((name) => job[name])).toEqual(names.map(() => undefined));
    expect([job.log_files, job.creation_context, job.base_path, job.studio_url]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(
      [job.tags, job.properties, job.environment_variables, job.inputs, job.outputs].map((map) => Object.keys(map)),
    ).toEqual([[], [], [], [], []]);
  });

  test("the second argument of the constructor sets the attributes of a service", () => {
    const known = {
      id: "/subscriptions/s/x",
      status: "Running",
      log_files: { "user_logs/std_log.txt": "https://h/log" },
      creation_context: { created_at: "2024-05-06T07:08:09.123456+00:00", created_by: "me", created_by_type: "User" },
      base_path: "folder",
      services: { Studio: { endpoint: "https://studio/x" } },
    };
    const job = new CommandJob({ ...fields, services: { ssh: { type: "ssh" } } }, known);
    expect([job.id, job.status, job.log_files, job.creation_context, job.base_path]).toEqual([
      known.id,
      known.status,
      known.log_files,
      known.creation_context,
      known.base_path,
    ]);
    expect(job.services).toEqual({ ssh: { type: "ssh" }, Studio: { endpoint: "https://studio/x" } });
    expect(job.studio_url).toBe("https://studio/x");
    const { job: again, warnings, issues } = loadJob(job.toYaml());
    expect(issues).toBeUndefined();
    expect(again?.status).toBeUndefined();
    expect(warnings.map(({ code, pointer, blocks_submission }) => [code, pointer, blocks_submission])).toEqual([
      ["read_only", "/creation_context", false],
      ["read_only", "/id", false],
      ["read_only", "/log_files", false],
      ["read_only", "/services/Studio/endpoint", false],
      ["read_only", "/status", false],
    ]);
  });
});

describe("studio_url", () => {
  const id = "/subscriptions/s-1/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ws/jobs/j1";
  test.each([
    [id, "https://ml.azure.com/runs/j1?wsid=/subscriptions/s-1/resourcegroups/rg/workspaces/ws"],
    [`azureml:${id}`, "https://ml.azure.com/runs/j1?wsid=/subscriptions/s-1/resourcegroups/rg/workspaces/ws"],
    [id.replace("resourceGroups", "resourcegroups"), undefined],
    [id.replace("/rg/", "/r.g/"), undefined],
    ["j1", undefined],
  ])("the studio_url of a job with the id %s is %s, as in the SDK", (given, url) => {
    expect(new CommandJob(fields, { id: given }).studio_url).toBe(url);
  });

  test("a studio_url from the service takes precedence over one from the id", () => {
    expect(new CommandJob(fields, { id, studio_url: "https://x/" }).studio_url).toBe("https://x/");
    expect(
      new CommandJob(fields, { id, studio_url: "https://x/", services: { Studio: { endpoint: "https://y/" } } })
        .studio_url,
    ).toBe("https://y/");
    expect(
      new CommandJob(fields, { id: "j", studio_url: "https://x/", services: { Studio: { endpoint: "" } } }).studio_url,
    ).toBe("https://x/");
  });
});

describe("the dump", () => {
  test("a dump has sorted keys, block scalars, empty mappings, and quoted ambiguous text", () => {
    expect(loadFull().toYaml()).toBe(`code: azureml:c:1
command: python a.py \${{inputs.data}}
compute: azureml:cpu
description: |
  # Title

  Some text.
display_name: Job one
distribution:
  process_count_per_instance: 4
  type: pytorch
environment:
  conda_file:
    dependencies:
    - python=3.11
  image: ubuntu
  name: CliV2AnonymousEnvironment
  tags: {}
  version: 3688c3bdf4b68f9c71cd537024b58979e87a19df7c47fa0315218a1c37109855
environment_variables:
  A: text
  B: 1
  C: 1.0
  D: true
  E: null
experiment_name: exp
identity:
  type: user_identity
inputs:
  big: 9007199254740993
  data:
    path: azureml:d:1
    type: uri_folder
  x: 1.0
limits:
  timeout: 60
name: j1
outputs:
  o:
    mode: upload
    type: uri_folder
  p: null
parameters: {}
parent_job_name: j0
properties:
  p: q
queue_settings:
  job_tier: spot
resources:
  instance_count: 2
  properties: {}
  shm_size: 2g
services:
  ssh:
    nodes: all
    type: ssh
tags:
  a: b
  none: null
  'yes': 'no'
type: command
`);
  });

  test("toObject returns numbers that JSON.stringify prints exactly", () => {
    const text = JSON.stringify(loadFull().toObject());
    expect(text).toContain('"big":9007199254740993');
    expect(text).toContain('"x":1.0');
    expect(loadJob(text, { format: "json" }).job?.toYaml()).toBe(loadFull().toYaml());
    expect(loadJob(loadFull().toObject()).job?.toYaml()).toBe(loadFull().toYaml());
  });

  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "jobgate-dump-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("dump writes a new file", async () => {
    const file = join(folder, "new.yml");
    await loadFull().dump(file);
    expect(await readFile(file, "utf8")).toBe(loadFull().toYaml());
    await loadFull().dump(join(folder, "signal.yml"), { signal: AbortSignal.timeout(60_000) });
  });

  test("dump rejects an existing file and leaves it unchanged", async () => {
    const file = join(folder, "old.yml");
    await writeFile(file, "old");
    await expect(loadFull().dump(file)).rejects.toMatchObject({ code: "EEXIST" });
    expect(await readFile(file, "utf8")).toBe("old");
  });

  test.each(["", "missing/new.yml"])("dump rejects the path %j, at which no file can be created", async (name) => {
    await expect(loadFull().dump(join(folder, name))).rejects.toThrow();
  });

  test("dump writes to a stream and leaves it open", async () => {
    const stream = new PassThrough();
    await loadFull().dump(stream);
    expect(stream.writable).toBe(true);
    expect(stream.read().toString()).toBe(loadFull().toYaml());
    await loadFull().dump(stream, { signal: AbortSignal.timeout(60_000) });
    stream.destroy();
  });

  test("dump rejects a stream that is closed, fails or is destroyed", async () => {
    const closed = new PassThrough().end();
    await expect(loadFull().dump(closed)).rejects.toThrow(TypeError);
    const failing = new Writable({ write: (_chunk, _encoding, done) => done(new Error("disk full")) });
    failing.on("error", () => {});
    await expect(loadFull().dump(failing)).rejects.toThrow("disk full");
    const stuck = new Writable({ write: () => {} });
    const dumped = loadFull().dump(stuck);
    stuck.destroy();
    await expect(dumped).rejects.toThrow();
  });

  test("dump stops when its signal aborts", async () => {
    const stuck = new Writable({ write: () => {} });
    await expect(loadFull().dump(stuck, { signal: AbortSignal.timeout(10) })).rejects.toThrow();
  });
});

describe("creating a job", () => {
  test("the constructor of the abstract class Job throws", () => {
    const Abstract = Job as unknown as new () => Job;
    expect(() => new Abstract()).toThrow("Job is abstract");
  });

  test("creating a job throws an error with all issues of the fields", () => {
    const wrong = { environment: "e", tags: { a: 1 }, comand: "x" };
    expect(() => jobTypes.command.create(wrong)).toThrow(
      expect.objectContaining({
        code: "invalid_job",
        issues: [
          expect.objectContaining({ pointer: "/comand", code: "unknown_field" }),
          expect.objectContaining({ pointer: "/tags/a", code: "wrong_type" }),
          expect.objectContaining({ pointer: "/environment", code: "invalid_reference" }),
        ],
      }),
    );
  });
});

describe("copies", () => {
  test("withKnown merges new attributes over those of the original", () => {
    const job = new CommandJob(fields, { status: "Queued", id: "i" });
    const copy = job.withKnown({ status: "Running" });
    expect([copy.status, copy.id, job.status]).toEqual(["Running", "i", "Queued"]);
    expect(copy).toBeInstanceOf(CommandJob);
  });

  test("withFields changes fields, and removes those that are null", () => {
    const job = new CommandJob({ ...fields, display_name: "a", description: "b", tags: { x: "1" } });
    const copy = job.withFields({
      name: "n",
      display_name: null,
      description: "c",
      tags: { y: "2" },
      experiment_name: "e",
    });
    expect([copy.name, copy.display_name, copy.description, { ...copy.tags }, copy.experiment_name]).toEqual([
      "n",
      undefined,
      "c",
      { y: "2" },
      "e",
    ]);
    expect(job.withFields({ description: null, display_name: "z" }).toYaml()).not.toContain("description");
    expect(job.display_name).toBe("a");
  });

  test("maskSecrets masks the secrets of a command job", () => {
    const { job } = loadJob(`command: curl https://u:pw@h/ 'https://a/?sig=abc&x=1'
environment: azureml:e:1
environment_variables: {A: 'AccountKey=abc=;x', B: plain, C: 5}
inputs: {a: {path: 'https://a/?sv=1&sig=s'}, b: 1}
resources: {docker_args: ['-e', 'Password=x']}`);
    const masked = job?.maskSecrets().toYaml() ?? "";
    expect(masked).toContain("curl https://u:***@h/ 'https://a/?sig=***&x=1'");
    expect(masked).toContain("A: AccountKey=***;x");
    expect(masked).toContain("https://a/?sv=1&sig=***");
    expect(masked).toContain("Password=***");
    const clean = loadFull();
    expect(clean.maskSecrets().toYaml()).toBe(clean.toYaml());
  });
});

test("a binary value in a mapping of values is an error, because JSON cannot represent bytes", () => {
  const { issues } = loadJob(
    "command: echo hi\nenvironment: azureml:e:1\nenvironment_variables: {DATA: !!binary aGVsbG8=}\n",
  );
  expect(issues).toMatchObject([{ pointer: "/environment_variables/DATA", code: "wrong_type" }]);
});
