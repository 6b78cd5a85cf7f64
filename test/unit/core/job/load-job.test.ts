import { describe, expect, test } from "vitest";
import { type LoadOptions, loadJob } from "../../../../shared/core/job/load-job.ts";
import { bundle } from "./bundle.ts";

const base = "command: echo hi\nenvironment: azureml:e:1\n";

function issues(source: string | Uint8Array | object, options?: LoadOptions) {
  const result = loadJob(source, options);
  expect(result.job).toBeUndefined();
  return result.issues ?? [];
}

describe("an issue", () => {
  test("an issue has a pointer, a line, a column, and a suggestion if exactly one fix is plausible", () => {
    expect(issues("comand: echo\nenvironment: azureml:e:1\nidentity:\n  type: user_identty\ntags: {a: 1}\n")).toEqual([
      {
        pointer: "/comand",
        line: 1,
        column: 1,
        code: "unknown_field",
        message: "comand is not a field here; did you mean command?",
        suggestion: [{ op: "move", from: "/comand", path: "/command" }],
      },
      {
        pointer: "/identity/type",
        line: 4,
        column: 9,
        code: "not_allowed",
        message:
          'identity.type is "user_identty"; expected one of managed, managed_identity, aml_token, user_identity.',
        suggestion: [{ op: "replace", path: "/identity/type", value: "user_identity" }],
      },
      {
        pointer: "/tags/a",
        line: 5,
        column: 11,
        code: "wrong_type",
        message: "tags.a is 1; expected text (quote it).",
        suggestion: [{ op: "replace", path: "/tags/a", value: "1" }],
      },
    ]);
  });

  test("an issue about a missing field has the pointer of that field", () => {
    expect(issues("resources:\n  instance_count: 1\ndistribution:\n  process_count_per_instance: 1\n")).toMatchObject([
      { pointer: "/command", line: 1, column: 1, code: "missing_field", message: "command is missing." },
      { pointer: "/environment", line: 1, column: 1, code: "missing_field" },
      { pointer: "/distribution/type", line: 4, column: 3, code: "missing_field" },
    ]);
  });

  test("an issue of plain values has no position", () => {
    expect(issues({ command: 1, environment: "azureml:e:1" })).toEqual([
      {
        pointer: "/command",
        code: "wrong_type",
        message: "command is 1; expected text (quote it).",
        suggestion: [{ op: "replace", path: "/command", value: "1" }],
      },
    ]);
  });

  test("an issue of JSON has a position", () => {
    expect(issues('{"command": "x",\n "environment": 5}', { format: "json" })).toMatchObject([
      { pointer: "/environment", line: 2, column: 17 },
    ]);
  });

  test("an issue does not contain secrets", () => {
    expect(
      issues(`${base}compute: {a: 'https://u:hunter2@h/'}\ncode: 'https://u:hunter2@h'`)[1]?.message,
    ).not.toContain("hunter2");
  });

  test("at most 200 issues are returned, followed by one with the number of omitted ones", () => {
    const many = issues(`${base}${Array.from({ length: 1000 }, (_, at) => `zz${at}: 1`).join("\n")}`);
    expect(many).toHaveLength(201);
    expect(many[200]).toEqual({ pointer: "", code: "more_issues", message: "There are 800 more issues." });
  });
});

describe("the type", () => {
  test.each([
    ["comand", [{ op: "replace", path: "/type", value: "command" }]],
    ["COMMAND", [{ op: "replace", path: "/type", value: "command" }]],
    ["banana", undefined],
    ["constructor", undefined],
    ["__proto__", undefined],
  ])("the job type %s is rejected", (type, suggestion) => {
    expect(issues(`${base}type: ${type}`)).toEqual([
      expect.objectContaining({ pointer: "/type", code: "unsupported_type", ...(suggestion && { suggestion }) }),
    ]);
  });
});

describe("plain values", () => {
  test("plain values are read like a document", () => {
    const { job } = loadJob({
      command: "x",
      environment: "azureml:e:1",
      inputs: { a: 1, b: 1.5, c: 10n, d: 2n ** 60n, e: true },
      name: undefined,
    });
    expect(job?.toYaml()).toContain("inputs:\n  a: 1\n  b: 1.5\n  c: 10\n  d: 1152921504606846976\n  e: true\n");
    expect(job?.name).toBeUndefined();
  });

  const circular: Record<string, unknown> = { command: "x" };
  circular.tags = circular;
  test.each([
    [circular, "too_deep"],
    [{ command: () => 1 }, "wrong_type"],
    [{ command: Symbol("x") }, "wrong_type"],
    [{ command: new Date() }, "wrong_type"],
    [{ tags: new Map() }, "wrong_type"],
    [[1], "not_a_mapping"],
  ])("%s is rejected because no document can contain it", (value, code) => {
    expect(issues(value)).toMatchObject([{ code }]);
  });

  test("plain values may have keys that are members of JavaScript objects", () => {
    const { job } = loadJob(
      JSON.parse('{"command": "x", "environment": "azureml:e:1", "tags": {"__proto__": "a", "constructor": "b"}}'),
    );
    expect(Object.entries(job?.tags ?? {})).toEqual([
      ["__proto__", "a"],
      ["constructor", "b"],
    ]);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });

  test("plain values keep a Float", () => {
    const { job } = loadJob(loadJob(`${base}inputs: {a: 1.0}`).job?.fields ?? {});
    expect(job?.toYaml()).toContain("a: 1.0");
  });
});

describe("a warning", () => {
  test.each([
    ["command: echo\ncommand: two\nenvironment: azureml:e:1", "duplicate_key", "/command", false],
    [`${base}environment_variables: {1: a}`, "wrong_key", "/environment_variables/1", false],
    [`${base}services: {a: {properties: {1: a}}}`, "wrong_key", "/services/a/properties/1", false],
    [`${base}status: Running`, "read_only", "/status", false],
    [`${base}parameters: {a: 1}`, "read_only", "/parameters", false],
    [`${base}services: {a: {type: ssh, status: x}}`, "read_only", "/services/a/status", false],
    [`${base}name: ../x`, "invalid_name", "/name", true],
    [`${base}name: "a\\tb"`, "invalid_name", "/name", true],
    [`${base}name: ${"x".repeat(256)}`, "invalid_name", "/name", true],
    [`${base}code: ./src`, "needs_bundle", "/code", true],
    [`${base}inputs: {a: {path: data/x.csv}}`, "needs_bundle", "/inputs/a/path", true],
    [`${base}inputs: {a: {path: file:./x.csv}}`, "invalid_reference", "/inputs/a/path", true],
    [
      `${base}inputs: {a: {path: azureml:d:1, path_on_compute: /tmp}}`,
      "needs_bundle",
      "/inputs/a/path_on_compute",
      true,
    ],
    ["command: x\nenvironment: {image: u, conda_file: c.yml}", "needs_bundle", "/environment/conda_file", true],
    ["command: x\nenvironment: {build: {path: ./d}}", "needs_bundle", "/environment/build/path", true],
    [`${base}environment_variables: {A: 'https://x/?a=1&sig=abc'}`, "inline_secret", "/environment_variables/A", true],
    [`${base}resources: {docker_args: [-e, 'PWD=hunter2']}`, "inline_secret", "/resources/docker_args/1", true],
    [`${base}limits: {timeout: 0}`, "out_of_range", "/limits/timeout", true],
    [`${base}resources: {instance_count: 0}`, "out_of_range", "/resources/instance_count", true],
    [
      `${base}distribution: {type: tensorflow, parameter_server_count: -1}`,
      "out_of_range",
      "/distribution/parameter_server_count",
      true,
    ],
    [`${base}inputs: {a-b: 1}`, "wrong_key", "/inputs/a-b", true],
    [`${base}tags: {a: ${"x".repeat(1001)}}`, "too_long", "/tags/a", true],
    [`${base}properties: {${"x".repeat(1001)}: a}`, "too_long", `/properties/${"x".repeat(1001)}`, true],
    [`${base}tags: {${Array.from({ length: 51 }, (_, at) => `k${at}: a`).join(", ")}}`, "too_many", "/tags", true],
    ["command: $x\nenvironment: {}", "incomplete", "/environment", true],
    [`${base}code: git+https://github.com/a/b`, "incomplete", "/code", true],
  ])("%j loads with the warning %s at %s, which blocks submission: %s", (text, code, pointer, blocks) => {
    const { job, warnings } = loadJob(text);
    expect(job).toBeDefined();
    expect(warnings).toEqual([
      expect.objectContaining({
        code,
        pointer,
        blocks_submission: blocks,
        line: expect.any(Number),
        column: expect.any(Number),
      }),
    ]);
  });

  test("fields that every dump contains cause no warning", () => {
    expect(loadJob(`${base}parameters: {}\n$schema: x`).warnings).toEqual([]);
  });

  test("warnings are in the order of the document", () => {
    const { warnings } = loadJob(`name: ..\n${base}code: ./x\nlimits: {timeout: 0}\nstatus: x`);
    expect(warnings.map(({ line }) => line)).toEqual([1, 4, 5, 6]);
  });

  test("a rejected document also has warnings about its keys", () => {
    const { issues: found, warnings } = loadJob("command: a\ncommand: b");
    expect(found).toMatchObject([{ code: "missing_field" }]);
    expect(warnings).toMatchObject([{ code: "duplicate_key", blocks_submission: false }]);
  });
});

describe("secrets", () => {
  test.each([
    "git clone https://user:$TOKEN@github.com/a/b",
    `git clone https://user:\${TOKEN}@github.com/a/b`,
    "echo https://user@host/",
    "echo a:b@c",
    "ssh://host:22/x",
    "curl 'https://h/?signature=1&sigma=2'",
    "Password=$PASSWORD",
  ])("the command %s contains no secret", (command) => {
    expect(loadJob({ command, environment: "azureml:e:1" }).warnings).toEqual([]);
  });

  test.each(["tags", "environment_variables", "inputs"])("a secret in a key of %s is reported and masked", (field) => {
    const { job, warnings } = loadJob(`${base}${field}: {"Password=hunter2": x}`);
    expect(warnings).toContainEqual(
      expect.objectContaining({
        code: "inline_secret",
        pointer: `/${field}/Password=hunter2`,
        blocks_submission: true,
      }),
    );
    expect(job?.maskSecrets().toYaml()).toContain("Password=***: x");
  });
});

describe("files of a bundle", () => {
  const files = bundle({
    "src/main.py": "print(1)",
    "conda.yml": "dependencies: [python]",
    "list.yml": "- a",
    "broken.yml": "a: [",
    "docker/Dockerfile": "FROM x",
  });

  test("files of a bundle satisfy the local paths of a job", () => {
    const { job, warnings } = loadJob(
      [
        "command: x\ncode: ./src\nenvironment: {image: u, conda_file: ./docker/../conda.yml}",
        "inputs: {a: {path: src/main.py}, b: {path: 'src\\main.py'}}",
      ].join("\n"),
      { files },
    );
    expect(warnings).toEqual([]);
    expect(job?.toYaml()).toContain("conda_file:\n    dependencies:\n    - python\n");
    expect(loadJob("command: x\nenvironment: {build: {path: docker}}\ncode: .", { files }).warnings).toEqual([]);
  });

  test("local paths may be outside the folder of the job, but not outside the bundle", () => {
    expect(loadJob(`${base}code: ../src`, { files, folder: "docker" }).warnings).toEqual([]);
    expect(issues(`${base}code: ../../src`, { files, folder: "docker" })).toMatchObject([
      { code: "file_not_found", pointer: "/code" },
    ]);
  });

  test.each([
    [`${base}code: ./none`, "file_not_found", "/code", "is not in the bundle"],
    [`${base}code: ../x`, "file_not_found", "/code", "is outside the bundle"],
    [`${base}code: /etc`, "file_not_found", "/code", "is absolute and cannot be in a bundle"],
    [`${base}code: 'C\\x'`, "file_not_found", "/code", "is not in the bundle"],
    [
      "command: x\nenvironment: {image: u, conda_file: none.yml}",
      "file_not_found",
      "/environment/conda_file",
      "is not in the bundle",
    ],
    [
      "command: x\nenvironment: {image: u, conda_file: src}",
      "file_not_found",
      "/environment/conda_file",
      "is not a file",
    ],
    [
      "command: x\nenvironment: {build: {path: none}}",
      "file_not_found",
      "/environment/build/path",
      "is not in the bundle",
    ],
  ])("the job %j is rejected with %s at %s", (text, code, pointer, message) => {
    expect(issues(text, { files })).toEqual([
      expect.objectContaining({ code, pointer, message: expect.stringContaining(message) }),
    ]);
  });

  test("an issue in a file of the bundle has the file, line and column", () => {
    expect(issues("command: x\nenvironment: {image: u, conda_file: ./docker/../broken.yml}", { files })).toEqual([
      expect.objectContaining({ code: "invalid_syntax", file: "broken.yml", pointer: "", line: 1, column: 4 }),
    ]);
    expect(issues("command: x\nenvironment: {image: u, conda_file: list.yml}", { files })).toEqual([
      {
        code: "not_a_mapping",
        file: "list.yml",
        pointer: "",
        line: 1,
        column: 1,
        message: "environment.conda_file refers to list.yml, which cannot be read: It is a list; expected a mapping.",
      },
    ]);
  });

  test("missing data of an input blocks submission, but not loading", () => {
    const { job, warnings } = loadJob(`${base}inputs: {a: {path: none.csv}}`, { files });
    expect(job).toBeDefined();
    expect(warnings).toMatchObject([{ code: "file_not_found", pointer: "/inputs/a/path", blocks_submission: true }]);
  });
});

describe("hostile documents", () => {
  test.each([
    ["", "empty_document"],
    ["null", "empty_document"],
    ["- a", "not_a_mapping"],
    ["a: 1\n---\nb: 1", "invalid_syntax"],
    [Uint8Array.of(0xff, 0xfe), "invalid_encoding"],
    ["a: \u0000", "invalid_character"],
    ["a: !!python/object:x {}", "unsupported_tag"],
    ["[".repeat(100_000), "too_deep"],
  ])("the document %j is rejected with %s", (text, code) => {
    expect(issues(text)).toMatchObject([{ code, line: expect.any(Number), column: expect.any(Number) }]);
  });

  test.each([
    [{ display_name: "a\u0007" }, "/display_name", "U+0007"],
    [{ experiment_name: "\u0000" }, "/experiment_name", "U+0000"],
    [{ description: "\u001b[31mred" }, "/description", "U+001B"],
    [{ tags: { a: "\u009b" } }, "/tags/a", "U+009B"],
    [{ tags: { "\ufffe": null } }, "/tags/\ufffe", "U+FFFE"],
  ])("an escaped character that YAML does not allow is rejected in shown text: %j", (fields, pointer, name) => {
    const job = JSON.stringify({ command: "x", environment: "azureml:e:1", ...fields });
    const message = expect.stringContaining(`has the unprintable character ${name}; remove it.`);
    expect(issues(job, { format: "json" })).toMatchObject([{ code: "invalid_character", pointer, message }]);
  });

  test("shown text may contain tabs, line breaks and any letter", () => {
    const { job } = loadJob(`${base}description: "a\\tb\\r\\nc 😀 e\\u0301"`);
    expect(job?.description).toBe("a\tb\r\nc 😀 e\u0301");
  });

  test("a document may have CRLF line ends and a byte order mark", () => {
    const { job, issues: found } = loadJob(
      new TextEncoder().encode(`\ufeff${base.replaceAll("\n", "\r\n")}description: |\r\n  a\r\n  b\r\n`),
    );
    expect(found).toBeUndefined();
    expect(job?.description).toBe("a\nb\n");
  });

  test("the limits of depth and values can be set", () => {
    expect(loadJob(`${base}tags: {a: b}`, { limits: { nodes: 5 } }).issues).toMatchObject([{ code: "too_many_nodes" }]);
    expect(loadJob(`${base}tags: {a: b}`, { limits: { depth: 1 } }).issues).toMatchObject([{ code: "too_deep" }]);
  });

  test("keys that are members of JavaScript objects are ordinary keys", () => {
    const { job } = loadJob(`${base}tags: {__proto__: a, constructor: b, hasOwnProperty: c}`);
    expect(Object.keys(job?.tags ?? {})).toEqual(["__proto__", "constructor", "hasOwnProperty"]);
    expect(job?.toYaml()).toContain("tags:\n  __proto__: a\n  constructor: b\n  hasOwnProperty: c\n");
    expect(issues(`${base}__proto__: {a: b}\nconstructor: 1`)).toMatchObject([
      { code: "unknown_field", pointer: "/__proto__" },
      { code: "unknown_field", pointer: "/constructor" },
    ]);
    expect(
      issues(
        `${base}distribution: {type: __proto__}
identity: {type: constructor}
inputs: {a: {type: toString}}
services: {a: {type: constructor, endpoint: x, foo: 1}}`,
      ),
    ).toMatchObject([
      { code: "not_allowed", pointer: "/distribution/type" },
      { code: "not_allowed", pointer: "/identity/type" },
      { code: "not_allowed", pointer: "/inputs/a/type" },
      { code: "unknown_field", pointer: "/services/a/foo" },
    ]);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });
});
