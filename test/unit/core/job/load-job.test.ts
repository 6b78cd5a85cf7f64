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
  test("has the pointer, line and column of what is wrong, and mends it where one mend is clear", () => {
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
      },
    ]);
  });

  test("of a missing field stands where it should be", () => {
    expect(issues("resources:\n  instance_count: 1\ndistribution:\n  process_count_per_instance: 1\n")).toMatchObject([
      { pointer: "/command", line: 1, column: 1, code: "missing_field", message: "command is missing." },
      { pointer: "/environment", line: 1, column: 1, code: "missing_field" },
      { pointer: "/distribution/type", line: 4, column: 3, code: "missing_field" },
    ]);
  });

  test("of plain values has no position", () => {
    expect(issues({ command: 1, environment: "azureml:e:1" })).toEqual([
      { pointer: "/command", code: "wrong_type", message: "command is 1; expected text (quote it)." },
    ]);
  });

  test("of JSON has one", () => {
    expect(issues('{"command": "x",\n "environment": 5}', { format: "json" })).toMatchObject([
      { pointer: "/environment", line: 2, column: 17 },
    ]);
  });

  test("does not show secrets", () => {
    expect(
      issues(`${base}compute: {a: 'https://u:hunter2@h/'}\ncode: 'https://u:hunter2@h'`)[1]?.message,
    ).not.toContain("hunter2");
  });

  test("is one of at most 200, and a last one says how many more there are", () => {
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
  ])("%s is refused", (type, suggestion) => {
    expect(issues(`${base}type: ${type}`)).toEqual([
      expect.objectContaining({ pointer: "/type", code: "unsupported_type", ...(suggestion && { suggestion }) }),
    ]);
  });
});

describe("plain values", () => {
  test("are read as a document would be", () => {
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
  ])("that no document can hold are refused: %s", (value, code) => {
    expect(issues(value)).toMatchObject([{ code }]);
  });

  test("may have keys of JavaScript's own objects", () => {
    const { job } = loadJob(
      JSON.parse('{"command": "x", "environment": "azureml:e:1", "tags": {"__proto__": "a", "constructor": "b"}}'),
    );
    expect(Object.entries(job?.tags ?? {})).toEqual([
      ["__proto__", "a"],
      ["constructor", "b"],
    ]);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });

  test("keep a float that was read as one", () => {
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
    [`${base}inputs: {a: {path: file:./x.csv}}`, "needs_bundle", "/inputs/a/path", true],
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
  ])("%j: %s at %s, blocks submission: %s", (text, code, pointer, blocks) => {
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

  test("is not given for what every dump has", () => {
    expect(loadJob(`${base}parameters: {}\n$schema: x`).warnings).toEqual([]);
  });

  test("stands in the order of the document", () => {
    const { warnings } = loadJob(`name: ..\n${base}code: ./x\nlimits: {timeout: 0}\nstatus: x`);
    expect(warnings.map(({ line }) => line)).toEqual([1, 4, 5, 6]);
  });

  test("comes with a refusal as well, where the keys tell it", () => {
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
  ])("%s holds none", (command) => {
    expect(loadJob({ command, environment: "azureml:e:1" }).warnings).toEqual([]);
  });

  test.each(["tags", "environment_variables", "inputs"])("are found and masked in the keys of %s", (field) => {
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

  test("stand for the local paths of a job", () => {
    const { job, warnings } = loadJob(
      `command: x\ncode: ./src\nenvironment: {image: u, conda_file: ./docker/../conda.yml}\ninputs: {a: {path: src/main.py}, b: {path: 'src\\main.py'}}`,
      { files },
    );
    expect(warnings).toEqual([]);
    expect(job?.toYaml()).toContain("conda_file:\n    dependencies:\n    - python\n");
    expect(loadJob("command: x\nenvironment: {build: {path: docker}}\ncode: .", { files }).warnings).toEqual([]);
  });

  test("may lie beside the folder of the job, but not outside of the bundle", () => {
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
  ])("%j: %s at %s", (text, code, pointer, message) => {
    expect(issues(text, { files })).toEqual([
      expect.objectContaining({ code, pointer, message: expect.stringContaining(message) }),
    ]);
  });

  test("are named, with line and column, where the issue is in one of them", () => {
    expect(issues("command: x\nenvironment: {image: u, conda_file: ./docker/../broken.yml}", { files })).toEqual([
      expect.objectContaining({ code: "invalid_syntax", file: "broken.yml", pointer: "", line: 1, column: 5 }),
    ]);
    expect(issues("command: x\nenvironment: {image: u, conda_file: list.yml}", { files })).toEqual([
      {
        code: "not_a_mapping",
        file: "list.yml",
        pointer: "",
        message: "environment.conda_file refers to list.yml, which cannot be read: It is not a mapping.",
      },
    ]);
  });

  test("need not hold the data of inputs to load, only to run", () => {
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
  ])("%j is refused: %s", (text, code) => {
    expect(issues(text)).toMatchObject([{ code, line: expect.any(Number), column: expect.any(Number) }]);
  });

  test.each([
    [{ display_name: "a\u0007" }, "/display_name", "U+0007"],
    [{ experiment_name: "\u0000" }, "/experiment_name", "U+0000"],
    [{ description: "\u001b[31mred" }, "/description", "U+001B"],
    [{ tags: { a: "\u009b" } }, "/tags/a", "U+009B"],
    [{ tags: { "\ufffe": null } }, "/tags/\ufffe", "U+FFFE"],
  ])("an escape brings no character into what people see that YAML could not hold: %j", (fields, pointer, name) => {
    const job = JSON.stringify({ command: "x", environment: "azureml:e:1", ...fields });
    const message = expect.stringContaining(`has the character ${name}, which nobody could see; leave it out.`);
    expect(issues(job, { format: "json" })).toMatchObject([{ code: "invalid_character", pointer, message }]);
  });

  test("a text for people may have tabs and several lines, and any letter", () => {
    const { job } = loadJob(`${base}description: "a\\tb\\r\\nc 😀 e\\u0301"`);
    expect(job?.description).toBe("a\tb\r\nc 😀 e\u0301");
  });

  test("lines may end as on Windows, and a byte order mark may stand first", () => {
    const { job, issues: found } = loadJob(
      new TextEncoder().encode(`\ufeff${base.replaceAll("\n", "\r\n")}description: |\r\n  a\r\n  b\r\n`),
    );
    expect(found).toBeUndefined();
    expect(job?.description).toBe("a\nb\n");
  });

  test("caps can be set", () => {
    expect(loadJob(`${base}tags: {a: b}`, { limits: { nodes: 5 } }).issues).toMatchObject([{ code: "too_many_nodes" }]);
    expect(loadJob(`${base}tags: {a: b}`, { limits: { depth: 1 } }).issues).toMatchObject([{ code: "too_deep" }]);
  });

  test("keys of JavaScript's own objects change nothing but themselves", () => {
    const { job } = loadJob(`${base}tags: {__proto__: a, constructor: b, hasOwnProperty: c}`);
    expect(Object.keys(job?.tags ?? {})).toEqual(["__proto__", "constructor", "hasOwnProperty"]);
    expect(job?.toYaml()).toContain("tags:\n  __proto__: a\n  constructor: b\n  hasOwnProperty: c\n");
    expect(issues(`${base}__proto__: {a: b}\nconstructor: 1`)).toMatchObject([
      { code: "unknown_field", pointer: "/__proto__" },
      { code: "unknown_field", pointer: "/constructor" },
    ]);
    expect(
      issues(
        `${base}distribution: {type: __proto__}\nidentity: {type: constructor}\ninputs: {a: {type: toString}}\nservices: {a: {type: constructor, endpoint: x, foo: 1}}`,
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
