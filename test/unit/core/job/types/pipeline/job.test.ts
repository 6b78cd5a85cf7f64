import { describe, expect, test } from "vitest";
import { type LoadOptions, loadJob } from "../../../../../../shared/core/job/load-job.ts";
import { PipelineJob } from "../../../../../../shared/core/job/types/pipeline/job.ts";
import { bundle } from "../../bundle.ts";

const head = "type: pipeline\nsettings: {default_compute: azureml:cpu}\n";

function load(text: string, options?: LoadOptions): PipelineJob {
  const { job, issues } = loadJob(text, options);
  expect(issues).toBeUndefined();
  return job as PipelineJob;
}

const files = bundle({
  "jobs/components/train/train.yml": `type: command
name: train
command: python train.py \${{inputs.data}}
code: ../../src
environment: {image: ubuntu, conda_file: ../conda.yml}
additional_includes: [../shared, 'azureml:x']
inputs:
  data: {type: uri_folder}
  epochs: {type: integer, default: 3}
outputs: {model: {type: mlflow_model}}
`,
  "jobs/components/conda.yml": "dependencies: [python]",
  "jobs/components/build.yml": "type: command\ncommand: x\nenvironment: {build: {path: ./docker}}\n",
  "jobs/components/docker/Dockerfile": "FROM x",
  "jobs/src/train.py": "",
  "jobs/components/wrong.yml": "type: command\n# a comment\ncommand: x\nenvironment:\n  image: u\n  os_type: beos\n",
  "jobs/components/misspelt.yml": "type: command\ncommand: 5\nenvironment: azureml:e:1\n",
  "jobs/components/inner.yml": `type: pipeline
display_name: Inner
description: does it
inputs: {raw: {type: uri_folder}, flag: {type: boolean, default: true}, num: {type: number, default: 1}, opt: {type: integer, optional: true}}
outputs: {model: {type: mlflow_model, mode: upload}, plain: {type: uri_file}}
jobs:
  t:
    component: train/train.yml
    inputs: {data: '\${{parent.inputs.raw}}'}
`,
  "jobs/components/endless.yml":
    "type: pipeline\njobs:\n  a: {type: pipeline, component: endless.yml}\n  b: {type: pipeline, component: ./endless.yml}\n",
  "jobs/components/bad-inner.yml": "type: pipeline\njobs:\n  t:\n    command: 5\n    environment: azureml:e:1\n",
  "jobs/components/list.yml": "- a",
});
const inJobs = { files, folder: "jobs" };

describe("a pipeline job", () => {
  test("a pipeline job has the attributes of its YAML, and its dump omits empty values", () => {
    const job = load(`${head}name: p
inputs: {num: 3, flag: true}
outputs: {o: {type: uri_file}, none: }
tags: {}
identity: {type: user_identity}
jobs:
  a:
    command: echo \${{inputs.num}} > \${{outputs.o}}
    environment: {image: u}
    inputs: {num: '\${{parent.inputs.num}}'}
    outputs: {o: '\${{parent.outputs.o}}'}
`);
    expect(job).toBeInstanceOf(PipelineJob);
    expect([job.type, job.settings, { ...job.inputs }, { ...job.outputs }, job.identity, job.component]).toEqual([
      "pipeline",
      { default_compute: "azureml:cpu" },
      { num: 3, flag: true },
      { o: { type: "uri_file" }, none: null },
      { type: "user_identity" },
      undefined,
    ]);
    expect(Object.keys(job.jobs)).toEqual(["a"]);
    expect(job.toYaml()).toBe(`identity:
  type: user_identity
inputs:
  flag: true
  num: 3
jobs:
  a:
    component:
      command: echo \${{inputs.num}} > \${{outputs.o}}
      environment:
        image: u
        name: CliV2AnonymousEnvironment
        version: f622c8a26a346b3e56c7bfef3dbef3449e1d19af86371153fd5889f4cd0d257d
      inputs:
        num:
          type: integer
      is_deterministic: true
      name: azureml_anonymous
      outputs:
        o:
          type: uri_file
      type: command
      version: '1'
    inputs:
      num:
        path: \${{parent.inputs.num}}
    outputs:
      o: \${{parent.outputs.o}}
    type: command
name: p
outputs:
  none: null
  o:
    type: uri_file
settings:
  default_compute: azureml:cpu
type: pipeline
`);
  });

  test("the dump of an empty pipeline job contains only the type", () => {
    const job = load("type: pipeline");
    expect(job.toYaml()).toBe("type: pipeline\n");
    expect([job.jobs, job.inputs, job.outputs, job.settings]).toEqual([{}, {}, {}, undefined]);
  });

  test("a copy of a pipeline job is a PipelineJob", () => {
    const copy = load(`${head}jobs: {a: {component: 'azureml:c:1'}}`)
      .withFields({ name: "p" })
      .withKnown({ status: "Running" });
    expect(copy).toBeInstanceOf(PipelineJob);
    expect([copy.name, copy.status]).toEqual(["p", "Running"]);
    expect(copy.toYaml()).toContain("status: Running");
  });

  test("maskSecrets of a pipeline job masks secrets in its nodes", () => {
    const job = load(`${head}jobs:\n  a: {command: 'curl https://u:pw@h/', environment: 'azureml:e:1'}`);
    expect(job.maskSecrets().toYaml()).toContain("https://u:***@h/");
  });
});

describe("components in files", () => {
  test("a component file replaces its path, and its own paths become relative to the job", () => {
    const job = load(
      `${head}jobs:\n  a:\n    component: ./components/train/train.yml\n    inputs: {data: {path: azureml:d:1}}\n`,
      inJobs,
    );
    const yaml = job.toYaml();
    expect(yaml).toContain("      code: src\n");
    expect(yaml).toContain("        conda_file:\n          dependencies:\n          - python\n");
    expect(yaml).toContain("      additional_includes:\n      - components/shared\n      - azureml:x\n");
    // The dump contains the content of all files except the code.
    const { job: again, warnings } = loadJob(yaml);
    expect(again?.toYaml()).toBe(yaml);
    expect(warnings).toEqual([expect.objectContaining({ code: "needs_bundle", pointer: "/jobs/a/component/code" })]);
  });

  test("a component file without a bundle causes a warning", () => {
    const { job, warnings } = loadJob(`${head}component: ./c.yml`);
    expect(job?.toYaml()).toContain("component: ./c.yml\n");
    expect(warnings).toEqual([
      expect.objectContaining({ code: "needs_bundle", pointer: "/component", blocks_submission: true }),
    ]);
    expect(
      loadJob(`${head}jobs:\n  a: {component: ./c.yml}\n  s: {type: pipeline, component: file:x.yml}`).warnings,
    ).toMatchObject([
      { code: "needs_bundle", pointer: "/jobs/a/component" },
      { code: "needs_bundle", pointer: "/jobs/s/component" },
    ]);
  });

  test("an issue in a component file has the file and the line in it", () => {
    expect(loadJob(`${head}jobs:\n  a:\n    component: components/wrong.yml`, inJobs).issues).toEqual([
      {
        pointer: "/environment/os_type",
        file: "jobs/components/wrong.yml",
        line: 6,
        column: 12,
        code: "not_allowed",
        message: 'jobs.a.component.environment.os_type is "beos"; expected one of linux, windows.',
      },
    ]);
    expect(loadJob(`${head}jobs:\n  a:\n    component: components/misspelt.yml`, inJobs).issues).toMatchObject([
      { pointer: "/command", line: 2, file: "jobs/components/misspelt.yml" },
    ]);
  });

  test.each([
    ["none.yml", "file_not_found", "/jobs/a/component"],
    ["../../x.yml", "file_not_found", "/jobs/a/component"],
  ])("the component file %s is rejected with %s at %s", (path, code, pointer) => {
    expect(loadJob(`${head}jobs:\n  a:\n    component: ${path}`, inJobs).issues).toEqual([
      expect.objectContaining({ code, pointer, line: 5 }),
    ]);
  });

  test("a component file without a mapping is rejected, and the message contains its path", () => {
    const [issue] = loadJob(`${head}jobs:\n  a:\n    component: components/list.yml`, inJobs).issues ?? [];
    expect(issue).toMatchObject({ code: "not_a_mapping", pointer: "", file: "jobs/components/list.yml" });
    expect(issue?.message).toMatch(/^jobs\.a\.component refers to /);
  });

  test("the build context of a component file becomes relative to the job", () => {
    expect(load(`${head}jobs:\n  a: {component: components/build.yml}`, inJobs).toYaml()).toContain(
      "path: components/docker",
    );
  });

  test("a pipeline component file is not inlined, but checked", () => {
    const job = load(
      `${head}jobs:\n  p:\n    component: components/inner.yml\n    inputs: {raw: {path: azureml:d:1}, gone: 1}`,
      inJobs,
    );
    expect(job.toYaml()).toContain(
      "  p:\n    component: components/inner.yml\n    inputs:\n      raw:\n        path: azureml:d:1\n        type: uri_folder\n    type: pipeline\n",
    );
    const { issues } = loadJob(`${head}jobs:\n  p: {type: pipeline, component: components/bad-inner.yml}`, inJobs);
    expect(issues).toEqual([
      expect.objectContaining({
        code: "wrong_type",
        pointer: "/jobs/t/command",
        file: "jobs/components/bad-inner.yml",
        line: 4,
      }),
    ]);
  });

  test("a job whose component is a pipeline file has the nodes, defaults and outputs of the file", () => {
    const job = load(
      `${head}component: components/inner.yml\ninputs: {raw: {path: azureml:d:1}}\ndisplay_name: Mine`,
      inJobs,
    );
    expect(job.component).toBeUndefined();
    expect([job.display_name, job.description]).toEqual(["Mine", "does it"]);
    expect({ ...job.inputs }).toEqual({
      flag: true,
      num: expect.anything(),
      raw: { path: "azureml:d:1", type: "uri_folder" },
    });
    expect(job.toYaml()).toContain("  num: 1.0\n");
    expect({ ...job.outputs }).toEqual({
      model: { type: "mlflow_model", mode: "upload" },
      plain: { type: "uri_file" },
    });
    expect(job.toYaml()).toContain("      code: src\n");
    const { issues } = loadJob(`${head}component: components/bad-inner.yml`, inJobs);
    expect(issues).toEqual([
      expect.objectContaining({
        code: "wrong_type",
        pointer: "/jobs/t/command",
        file: "jobs/components/bad-inner.yml",
      }),
    ]);
    expect(loadJob(`${head}component: components/list.yml`, inJobs).issues).toMatchObject([
      { code: "not_a_mapping", pointer: "", file: "jobs/components/list.yml" },
    ]);
  });

  test("a component file that refers to itself is rejected", () => {
    const { issues } = loadJob(`${head}jobs:\n  p: {type: pipeline, component: components/endless.yml}`, inJobs);
    expect(issues?.some(({ code }) => code === "too_deep" || code === "too_many_nodes")).toBe(true);
    const deep = loadJob(`${head}jobs:\n  p: {type: pipeline, component: components/endless.yml}`, {
      ...inJobs,
      limits: { depth: 1000 },
    });
    expect(deep.issues?.[0]).toMatchObject({
      code: "too_deep",
      message: expect.stringContaining("is nested in 11 pipelines"),
    });
  });

  test("the values of component files count as values of the job", () => {
    const many = Array.from(
      { length: 100 },
      (_, at) => `  n${at}: {component: components/train/train.yml, inputs: {data: {path: 'azureml:d:1'}}}`,
    ).join("\n");
    expect(loadJob(`${head}jobs:\n${many}`, { ...inJobs, limits: { nodes: 2000 } }).issues).toMatchObject([
      { code: "too_many_nodes" },
    ]);
  });
});

describe("bindings", () => {
  const two = (second: string): string => `${head}jobs:
  a:
    command: echo > \${{outputs.o}}
    environment: azureml:e:1
    inputs: {i: '${second}'}
    outputs: {o: {type: mltable}}
  b:
    command: echo > \${{outputs.o}}
    environment: azureml:e:1
    inputs: {i: '\${{parent.jobs.a.outputs.o}}'}
    outputs: {o: {type: uri_file}}
`;

  test("a bound input has the type of its target", () => {
    const yaml = load(two(`\${{parent.jobs.b.outputs.o}}`)).toYaml();
    expect(yaml.match(/inputs:\n {8}i:\n {10}type: (\w+)/g)).toEqual([
      "inputs:\n        i:\n          type: uri_file",
      "inputs:\n        i:\n          type: mltable",
    ]);
  });

  test("nodes that are bound to each other cause a warning about a cycle", () => {
    const { warnings } = loadJob(two(`\${{parent.jobs.b.outputs.o}}`));
    expect(warnings).toEqual([
      expect.objectContaining({
        code: "cycle",
        pointer: "/jobs/a",
        message: "jobs.a depends on itself: a -> b -> a.",
        blocks_submission: true,
      }),
    ]);
  });

  test("a binding to a bound port has the type of the final target", () => {
    const text = `${head}inputs: {t: {type: mltable, path: 'azureml:d:1', mode: eval_mount}, s: text, b: true, f: 1.5}
outputs: {m: {type: triton_model}}
jobs:
  a: {component: 'azureml:c:1', outputs: {x: '\${{parent.outputs.m}}', y: {type: uri_file}, z: }}
  b:
    command: x
    environment: azureml:e:1
    inputs: {x: '\${{parent.jobs.a.outputs.x}}', y: '\${{parent.jobs.a.outputs.y}}', z: '\${{parent.jobs.a.outputs.z}}', n: '\${{parent.jobs.a.outputs.nothing}}', t: '\${{parent.inputs.t}}', s: '\${{parent.inputs.s}}', b: '\${{parent.inputs.b}}', f: '\${{parent.inputs.f}}'}
`;
    const document = load(text).toObject() as { jobs: { b: { component: { inputs: unknown } } } };
    expect(JSON.parse(JSON.stringify(document.jobs.b.component.inputs))).toEqual({
      x: { type: "triton_model" },
      y: { type: "uri_file" },
      z: { type: "uri_folder" },
      n: { type: "uri_folder" },
      t: { type: "mltable", mode: "eval_mount" },
      s: { type: "string" },
      b: { type: "boolean" },
      f: { type: "number" },
    });
  });

  test("a binding in the old form causes a warning that suggests the new form", () => {
    const { warnings } = loadJob(
      `${head}inputs: {x: 1}\njobs:\n  a: {component: 'azureml:c:1', inputs: {x: '\${{inputs.x}}'}}`,
    );
    expect(warnings).toEqual([
      expect.objectContaining({
        code: "unknown_binding",
        pointer: "/jobs/a/inputs/x",
        suggestion: [{ op: "replace", path: "/jobs/a/inputs/x", value: `\${{parent.inputs.x}}` }],
      }),
    ]);
  });

  test("a binding may refer to an input in a group", () => {
    expect(
      loadJob(
        `${head}inputs: {g.x: 1}\njobs:\n  a: {component: 'azureml:c:1', inputs: {x: '\${{parent.inputs.g.x}}', y: '\${{parent.other}}'}}`,
      ).warnings,
    ).toEqual([]);
  });

  test("a chain of 500 nodes is not a cycle", () => {
    const nodes = Array.from(
      { length: 500 },
      (_, at) => `  n${at}: {component: 'azureml:c:1', inputs: {x: '\${{parent.jobs.n${at + 1}.outputs.o}}'}}`,
    );
    expect(loadJob(`${head}jobs:\n${nodes.join("\n")}\n  n500: {component: 'azureml:c:1'}`).warnings).toEqual([]);
  });
});

describe("a warning", () => {
  test.each([
    ["settings: {default_datestore: azureml:d}\njobs: {}", "ignored", "/settings/default_datestore", false],
    ["settings: {zzz: 1}\njobs: {}", "ignored", "/settings/zzz", false],
    ["inputs: {a-b: 1}", "wrong_key", "/inputs/a-b", true],
    [
      "jobs: {a: {type: parallel, component: 'azureml:c:1', resources: {instance_count: 0}}}\ncompute: x",
      "out_of_range",
      "/jobs/a/resources/instance_count",
      true,
    ],
    [
      "jobs: {a: {component: 'azureml:c:1', limits: {timeout: 0}}}\ncompute: x",
      "out_of_range",
      "/jobs/a/limits/timeout",
      true,
    ],
    [
      `jobs: {a: {component: 'azureml:c:1', compute: '\${{parent.inputs.c}}'}}`,
      "unknown_binding",
      "/jobs/a/compute",
      true,
    ],
    [
      "jobs: {a: {type: sweep, trial: 'azureml:c:1', search_space: {}, objective: {goal: maximize, primary_metric: m}, limits: {max_total_trials: 1}}}\ncompute: x",
      "incomplete",
      "/jobs/a/search_space",
      true,
    ],
  ])("a pipeline with %s loads with the warning %s at %s", (text, code, pointer, blocks) => {
    const { job, warnings } = loadJob(`type: pipeline\n${text}`);
    expect(job).toBeDefined();
    expect(warnings).toEqual([expect.objectContaining({ code, pointer, blocks_submission: blocks })]);
  });

  test("the warning about a misspelt setting suggests the correct one", () => {
    expect(loadJob("type: pipeline\nsettings: {default_datestore: azureml:d}").warnings[0]?.suggestion).toEqual([
      { op: "move", from: "/settings/default_datestore", path: "/settings/default_datastore" },
    ]);
  });
});

describe("a loop", () => {
  test("a loop provides the inputs of its body, and prints its items as JSON", () => {
    const job = load(`${head}jobs:
  body: {component: {command: x, environment: 'azureml:e:1', inputs: {i: {type: number}}}}
  loop: {type: parallel_for, body: '\${{parent.jobs.body}}', items: {a: {i: 1.0}, b: {i: é}}}
`);
    expect(job.toYaml()).toContain(`items: '{"a": {"i": 1.0}, "b": {"i": "é"}}'`);
    expect(loadJob(job.toYaml()).job?.toYaml()).toBe(job.toYaml());
  });

  test.each([
    ["parallel_for, items: 5", "wrong_type", "/jobs/l/items"],
    ["parallel_for, items: [1]", "wrong_type", "/jobs/l/items/0"],
    ["parallel_for, body: x, items: []", "invalid_reference", "/jobs/l/body"],
    ["parallel_for, body: 5, items: []", "wrong_type", "/jobs/l/body"],
    ["do_while, mapping: {a: [5]}, limits: {max_iteration_count: 1}", "wrong_type", "/jobs/l/mapping/a/0"],
    ["do_while, mapping: {}, limits: {max_iteration_count: 0}", "out_of_range", "/jobs/l/limits/max_iteration_count"],
    ["do_while, mapping: {}, limits: {max_iteration_count: x}", "wrong_type", "/jobs/l/limits/max_iteration_count"],
    ["if_else, condition: true, true_block: 5", "wrong_type", "/jobs/l/true_block"],
    ["if_else, condition: true, true_block: [x]", "invalid_reference", "/jobs/l/true_block/0"],
  ])("the loop {type: %s} is rejected with %s at %s", (fields, code, pointer) => {
    expect(loadJob(`${head}jobs:\n  l: {type: ${fields}}`).issues).toEqual([
      expect.objectContaining({ code, pointer }),
    ]);
  });
});

describe("component ports", () => {
  const component = (ports: string): string =>
    `${head}jobs:\n  a: {component: {command: x, environment: 'azureml:e:1', ${ports}}}`;
  test.each([
    ["inputs: {a: {type: integer, default: 5.7}}", "default: '5'"],
    ["inputs: {a: {type: integer, default: '10.0'}}", "default: '10'"],
    ["inputs: {a: {type: integer, default: 9007199254740993}}", "default: '9007199254740992'"],
    ["inputs: {a: {type: number, default: 1e-3}}", "default: '0.001'"],
    ["inputs: {a: {type: boolean, default: 'TRUE'}}", "default: 'True'"],
    ["inputs: {a: {type: boolean, default: false}}", "default: 'False'"],
    ["inputs: {a: {type: string, default: 5}}", "default: '5.0'"],
    ["inputs: {a: {type: string, default: true}}", "default: 'True'"],
    ["inputs: {a: {type: number, min: 1, max: '2'}}", "max: '2.0'"],
  ])("a component with %s is printed with %s", (ports, text) => {
    expect(load(component(ports)).toYaml()).toContain(text);
  });

  test.each([
    ["inputs: {a: {type: integer, default: x}}", "wrong_type", "/jobs/a/component/inputs/a/default"],
    ["inputs: {a: {type: integer, default: ''}}", "wrong_type", "/jobs/a/component/inputs/a/default"],
    ["inputs: {a: {type: integer, default: [1]}}", "wrong_type", "/jobs/a/component/inputs/a/default"],
    ["inputs: {a: {type: boolean, default: 1}}", "wrong_type", "/jobs/a/component/inputs/a/default"],
    ["inputs: {a: {type: string, min: 1}}", "conflict", "/jobs/a/component/inputs/a/min"],
    ["inputs: {a: {type: uri_folder, default: x}}", "unknown_field", "/jobs/a/component/inputs/a/default"],
    ["inputs: {a: {type: csv}}", "not_allowed", "/jobs/a/component/inputs/a/type"],
    ["inputs: {a: 5}", "wrong_type", "/jobs/a/component/inputs/a"],
    ["outputs: {a: {}}", "missing_field", "/jobs/a/component/outputs/a/type"],
  ])("a component with %s is rejected with %s at %s", (ports, code, pointer) => {
    expect(loadJob(component(ports)).issues).toEqual([expect.objectContaining({ code, pointer })]);
  });
});
