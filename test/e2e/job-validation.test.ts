/** Issues and warnings of the running service for valid documents that would fail, and round trips of its responses. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Azure ML writes its bindings so
import { describe, expect, test } from "vitest";
import { getJob, json, type Problem, runToEnd, yaml } from "../support/job-client.ts";
import { send } from "../support/send.ts";
import { useService } from "../support/service-process.ts";

const service = useService();

interface DryRun {
  readonly submittable: boolean;
  readonly warnings: readonly {
    readonly pointer: string;
    readonly code: string;
    readonly message: string;
    readonly blocks_submission: boolean;
  }[];
}

const job = (fields: object): string =>
  JSON.stringify({ command: "echo hi", environment: "azureml:any@latest", ...fields });
const post = (body: string, headers: Readonly<Record<string, string>> = json) =>
  send(service().url, "POST /api/jobs", { headers, body });
const dryRun = async (body: string): Promise<DryRun> =>
  (await send(service().url, "POST /api/jobs?dry_run=true", { headers: json, body })).json<DryRun>();

describe("a job that cannot be started as a process is rejected with the pointer of the cause", () => {
  test.each<[string, object, string, string, string]>([
    [
      "a variable's name with =",
      { environment_variables: { A: "real", "A=B": "x" } },
      "invalid_job",
      "/environment_variables/A=B",
      "is not a valid name of an environment variable",
    ],
    [
      "a variable's name with NUL",
      { environment_variables: { "A\0": "x" } },
      "invalid_job",
      "/environment_variables/A\0",
      "is not a valid name of an environment variable",
    ],
    [
      "a variable without a name",
      { environment_variables: { "": "x" } },
      "invalid_job",
      "/environment_variables/",
      "is not a valid name of an environment variable",
    ],
    [
      "a variable's value with NUL",
      { environment_variables: { A: "a\0b" } },
      "invalid_job",
      "/environment_variables/A",
      "U+0000",
    ],
    [
      "a variable of 140 kB",
      { environment_variables: { A: "x".repeat(140_000) } },
      "unsupported_by_backend",
      "/environment_variables/A",
      "has 140002 bytes",
    ],
    [
      "a command of 450 MB after its inputs are substituted",
      { command: "echo ${{inputs.x}}; ".repeat(5000), inputs: { x: "y".repeat(90_000) } },
      "unsupported_by_backend",
      "/command",
      "has more than 1048576 characters",
    ],
    [
      "an input that only Azure ML has",
      { command: "cat ${{inputs.iris}}", inputs: { iris: { type: "uri_file", path: "azureml:iris:1" } } },
      "unsupported_by_backend",
      "/inputs/iris/path",
      "Input iris is azureml:iris:1, which a run on this machine cannot read",
    ],
    [
      "an output that is not declared",
      { command: "cp a ${{outputs.copy}}" },
      "invalid_job",
      "/command",
      "uses ${{outputs.copy}}, but there is no output copy",
    ],
  ])("%s", async (_case, fields, code, pointer, message) => {
    const answer = await post(job(fields));
    expect(answer.json<Problem>()).toMatchObject({
      code,
      issues: [{ pointer, message: expect.stringContaining(message) }],
    });
    const { submittable, warnings } = await dryRun(job(fields));
    expect(submittable).toBe(false);
    expect(warnings).toContainEqual(expect.objectContaining({ pointer, blocks_submission: true }));
  });

  test("accepts a variable of 130,000 characters", async () => {
    expect(
      await runToEnd(
        service().url,
        job({ command: "test ${#A} = 130000", environment_variables: { A: "x".repeat(130_000) } }),
        json,
      ),
    ).toMatchObject({
      status: "Completed",
    });
  });
});

describe("a job that Azure ML runs in an unexpected way has a warning", () => {
  test.each<[string, object, string, string]>([
    ["CRLF in a command", { command: "if true; then\r\n echo yes\r\nfi\r\n" }, "/command", "CRLF"],
    [
      "an output bound in a variable",
      { environment_variables: { CKPT: "${{outputs.c}}" }, outputs: { c: {} } },
      "/environment_variables/CKPT",
      "Use AZURE_ML_OUTPUT_c",
    ],
    [
      "an input bound in a variable",
      { environment_variables: { A: "x ${{ inputs.x }}" }, inputs: { x: 1 } },
      "/environment_variables/A",
      "Use AZURE_ML_INPUT_x",
    ],
  ])("%s", async (_case, fields, pointer, message) => {
    const { submittable, warnings } = await dryRun(job(fields));
    expect(submittable).toBe(true);
    expect(warnings).toEqual([
      expect.objectContaining({ pointer, blocks_submission: false, message: expect.stringContaining(message) }),
    ]);
  });
});

describe("secrets are rejected in any notation and never included in the response", () => {
  test.each([
    "https%3A%2F%2Fa.blob.core.windows.net%2Fc%3Fsv%3D1%26sig%3Dabcdefgh",
    "x%253Fsig%253Dabcdefgh",
    '{"AccountKey":"abcdefgh"}',
    "AccountKey = abcdefghabcdefghabcdefghabcdefghabcdefgh==",
    'account_key: "abcdefgh"',
    "PASSWORD: 'abcdefgh'",
  ])("%s", async (text) => {
    for (const fields of [{ environment_variables: { A: text } }, { tags: { [text]: "a" } }]) {
      const answer = await post(job(fields));
      expect(answer.json<Problem>()).toMatchObject({ status: 400, issues: [{ code: "inline_secret" }] });
      expect(answer.text).not.toContain("abcdefgh");
    }
  });
});

test("accepts the JSON of a GET response as a submission if the name is removed", async () => {
  const { name } = await runToEnd(
    service().url,
    job({ tags: { a: "b" }, inputs: { x: 1.5 }, outputs: { o: {} } }),
    json,
  );
  const { name: _name, ...rest } = await getJob(service().url, name);
  const answer = await post(JSON.stringify(rest));
  expect([answer.status, answer.json<Problem>().issues]).toEqual([201, undefined]);
  const codes = answer.json<DryRun>().warnings.map(({ pointer, code }) => `${code} ${pointer}`);
  expect(codes).toEqual(
    expect.arrayContaining(["read_only /revision", "read_only /archived", "read_only /finished_at"]),
  );
  // Only the response to a submission contains warnings.
  const { name: _second, ...again } = answer.json<Record<string, unknown>>();
  expect((await post(JSON.stringify(again))).status).toBe(201);
});

test.each(["1e5", "1E5", "1e-7", "1.50", "9007199254740993", "-0.0", "1e21"])(
  "returns the number %s as it was sent, in JSON and after a reload",
  async (number) => {
    const body = `{"command": "true", "environment": "azureml:any@latest", "inputs": {"a": ${number}}}`;
    const answer = await post(body);
    expect(answer.text).toContain(`"inputs":{"a":${number}}`);
    const { name } = answer.json<{ name: string }>();
    expect((await send(service().url, `GET /api/jobs/${name}`)).text).toContain(`"inputs":{"a":${number}}`);
    const dump = await send(service().url, `GET /api/jobs/${name}`, { headers: { accept: "application/yaml" } });
    expect(
      (await send(service().url, "POST /api/jobs?dry_run=true", { headers: yaml, body: dump.text })).text,
    ).toContain(`"inputs":{"a":${number}}`);
  },
);

describe("a body that curl changed", () => {
  const file = "command: echo hi\nenvironment: azureml:any@latest\n";

  test.each([file, JSON.stringify({ command: "echo hi", environment: "azureml:any@latest" })])(
    "is accepted without a Content-Type: %j",
    async (body) => {
      expect((await post(body, {})).status).toBe(201);
    },
  );

  test.each([file, `# My job\n${file}`])(
    "without line breaks, from -d @FILE, is rejected with the fix --data-binary: %j",
    async (body) => {
      const answer = await post(body.replaceAll("\n", ""), yaml);
      expect(answer.json<Problem>()).toMatchObject({
        status: 400,
        detail: expect.stringContaining("--data-binary @FILE"),
      });
    },
  );

  test("with the default media type of curl is rejected with the fix --data-binary and the header", async () => {
    const answer = await post(file, { "content-type": "application/x-www-form-urlencoded" });
    expect(answer.json<Problem>()).toMatchObject({
      status: 415,
      detail: expect.stringContaining("--data-binary @FILE -H 'Content-Type: application/yaml'"),
    });
  });
});

test.each<[string, object, string, RegExp]>([
  [
    "a null for a required field is not reported with the fix to remove it",
    { environment: null },
    "/environment",
    /^environment has no value; expected [^,]*(?:, [^,]*)*environment\.$/,
  ],
  [
    "an absolute path is reported as impossible in a bundle",
    { code: "/home/me/src" },
    "/code",
    /absolute and cannot be in a bundle/,
  ],
])("%s", async (_case, fields, pointer, message) => {
  const { issues } = (await post(job(fields))).json<Problem>();
  expect(issues).toEqual([expect.objectContaining({ pointer, message: expect.stringMatching(message) })]);
});
