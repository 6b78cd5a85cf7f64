// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Azure ML writes its bindings so
/** Request bodies: jobs, edits, zips and forms, complete, mutated or truncated, and others. */
import { gzipSync } from "node:zlib";
import { jobYaml } from "../job-client.ts";
import { multipartForm } from "../multipart-form.ts";
import { zipOf } from "../zip.ts";
import { mutate, type Random } from "./random.ts";

export interface FuzzBody {
  readonly bytes: Buffer;
  readonly type: string;
}

const jobs = [
  jobYaml(
    "echo ${{inputs.a}}",
    "inputs: {a: 1, b: {type: uri_file, path: 'https://example.org/x'}}\noutputs: {o: {}}\n",
  ),
  jobYaml("true", "name: x\ndisplay_name: 'é'\ntags: {a: b}\nresources: {instance_count: 2}\n"),
  "type: pipeline\njobs:\n  a:\n    command: echo\n    environment: azureml:e:1\n    inputs: {x: '${{parent.inputs.y}}'}\ninputs: {y: 1}\n",
  "type: sweep\ntrial:\n  command: echo ${{search_space.lr}}\n  environment: azureml:e:1\nsearch_space: {lr: {type: uniform, min_value: 0, max_value: 1}}\nobjective: {goal: minimize, primary_metric: loss}\nsampling_algorithm: random\n",
  "type: spark\nentry: {file: a.py}\ncode: ./src\n",
  "a: &a [1, 2]\nb: *a\n<<: {c: 1}\n? [x]\n: !!python/object x\n--- \n",
  `${"[".repeat(60)}${"]".repeat(60)}`,
  `command: "${"${{".repeat(400)}"\nenvironment: azureml:e:1`,
];
const documents = [
  '{"command":"true","environment":"azureml:any@latest","tags":{"__proto__":"x"}}',
  '{"tags":{"a":"b"},"display_name":"\\ud83d","archived":true}',
  '{"a":1e999,"b":-0,"c":"\\u0000","d":[[[[null]]]]}',
  '[{"op":"add","path":"/tags/a","value":1}]',
  "null",
  '"text"',
  "[1,2,",
];
const zips = [
  zipOf({ "job.yml": jobYaml("true", "code: ./src\n"), "src/a.py": "print(1)\n", "src/.amlignore": "*.pyc\n" }),
  zipOf({ "job.yaml": jobYaml("true") }),
  zipOf({ "a/../b": "x", "job.yml": jobYaml("true", "code: .\n") }),
  zipOf({}),
];
const forms = [
  multipartForm([
    { name: "job", content: jobYaml("true", "code: ./src\n"), type: "application/yaml" },
    { name: "bundle", content: zips[0] ?? "", fileName: "b.zip" },
  ]),
  multipartForm([{ name: "job", content: jobYaml("true") }]),
  multipartForm([{ name: "bundle", content: zips[1] ?? "", fileName: "b.zip", type: "application/zip" }]),
  multipartForm([{ name: "other", content: "x" }]),
];
const types = [
  "application/yaml",
  "application/json",
  "application/zip",
  "application/merge-patch+json",
  "multipart/form-data",
  "text/plain",
  "image/png",
  "",
  "a/b; charset=utf-16",
  "application/json; charset=latin1",
  ";",
  "application/x-yaml",
];

/** A body and its media type, which is sometimes the wrong one. */
export function fuzzBody(random: Random): FuzzBody {
  const body = wellMeant(random);
  const bytes = random.oneIn(3)
    ? body.bytes
    : random.oneIn(4)
      ? body.bytes.subarray(0, random.int(body.bytes.length + 1))
      : mutate(random, body.bytes);
  return { bytes, type: random.oneIn(8) ? random.pick(types) : body.type };
}

function wellMeant(random: Random): FuzzBody {
  const kind = random.int(20);
  if (kind < 7)
    return {
      bytes: Buffer.from(random.pick(jobs)),
      type: random.pick(["application/yaml", "application/yaml", "text/yaml", "application/x-yaml"]),
    };
  if (kind < 11)
    return {
      bytes: Buffer.from(random.pick(documents)),
      type: random.pick(["application/json", "application/merge-patch+json"]),
    };
  if (kind < 14) return { bytes: random.pick(zips), type: "application/zip" };
  if (kind < 16) {
    const { body, type } = random.pick(forms);
    return { bytes: body, type };
  }
  if (kind === 16)
    return { bytes: Buffer.from(random.pick(jobs), "utf16le"), type: "application/yaml; charset=utf-16" };
  if (kind === 17) return { bytes: gzipSync(random.pick(jobs)), type: "application/yaml" };
  if (kind === 18)
    return {
      bytes: random.oneIn(6) ? Buffer.alloc(300_000, "- ") : random.bytes(random.int(400)),
      type: random.pick(types),
    };
  return { bytes: Buffer.alloc(0), type: random.pick(types) };
}
