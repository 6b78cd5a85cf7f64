// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Azure ML writes its bindings so
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dump, load } from "js-yaml";
import type { JobFilesReader } from "../shared/core/job/load-job.ts";
import { loadJob } from "../shared/core/job/load-job.ts";
import { type Figure, median } from "./figures.ts";

const rounds = 40;
const root = join(import.meta.dirname, "..");
/** Jobs that need no file beside them. */
const folder = join(root, "test/data/azureml-examples");
/** Everything is there, and empty: what lies beside a job is not what is measured. */
const files: JobFilesReader = { kind: () => "folder", read: () => undefined };

/** Reading, judging and dumping jobs: public ones, a large pipeline, and very many. */
export async function benchModel(): Promise<readonly Figure[]> {
  const names = readdirSync(folder).filter((name) => name.endsWith(".yml") && loadJob(readFileSync(join(folder, name)), { files }).job !== undefined);
  const texts = names.map((name) => readFileSync(join(folder, name), "utf8"));
  const ours = () => {
    for (const text of texts) loadJob(text, { files }).job?.toYaml();
  };
  const floor = () => {
    for (const text of texts) dump(load(text));
  };
  const times: Record<"ours" | "floor", number[]> = { ours: [], floor: [] };
  for (let round = -10; round < rounds; round++) {
    const measured = { ours: time(ours, texts.length), floor: time(floor, texts.length) };
    if (round < 0) continue;
    times.ours.push(measured.ours);
    times.floor.push(measured.floor);
  }
  const micros = median(times.ours);
  return [
    {
      bench: "model",
      what: `load, check and dump one of ${texts.length} public jobs, p50`,
      value: micros,
      unit: "µs",
      floor: { what: "js-yaml load and dump", value: median(times.floor) },
      limit: 3,
    },
    ...againstSdk(names, micros),
    largePipeline(),
    memory(texts),
  ];
}

/** Microseconds a job, over ten passes. */
function time(run: () => void, jobs: number): number {
  const passes = 10;
  const started = performance.now();
  for (let pass = 0; pass < passes; pass++) run();
  return ((performance.now() - started) * 1000) / (passes * jobs);
}

/** The real SDK on the same files, where JOBGATE_PYTHON names a Python that has azure-ai-ml. */
function againstSdk(names: readonly string[], value: number): readonly Figure[] {
  const python = process.env.JOBGATE_PYTHON;
  if (python === undefined) {
    console.error("Not compared with the Python SDK: JOBGATE_PYTHON names no Python that has azure-ai-ml.");
    return [];
  }
  const program = `
import io, logging, statistics, sys, time, warnings
warnings.simplefilter("ignore"); logging.disable(logging.CRITICAL)
from azure.ai.ml import load_job
def run(path):
    started = time.perf_counter()
    load_job(path).dump(io.StringIO())
    return (time.perf_counter() - started) * 1e6
taken = []
for path in sys.argv[1:]:
    try:
        run(path)
        taken.append(statistics.median(run(path) for _ in range(5)))
    except Exception:
        pass
print(len(taken), statistics.fmean(taken))
`;
  const { stdout, status } = spawnSync(python, ["-c", program, ...names.map((name) => join(folder, name))], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${python} ended with ${status}.`);
  const [count = 0, micros = Number.NaN] = stdout.trim().split("\n").at(-1)?.split(" ").map(Number) ?? [];
  return [
    {
      bench: "model",
      what: "load, check and dump one job, p50",
      value,
      unit: "µs",
      floor: { what: `azure-ai-ml on ${count} of them`, value: micros },
      limit: 0.02,
    },
  ];
}

function largePipeline(): Figure {
  const steps = Array.from({ length: 500 }, (_, index) => {
    const input = index === 0 ? "${{parent.inputs.text}}" : `\${{parent.jobs.step_${index - 1}.outputs.out}}`;
    return `  step_${index}:
    type: command
    display_name: Step ${index} of a generated pipeline
    command: >-
      python step.py --number ${index} --text \${{inputs.text}} --out \${{outputs.out}} --rate 0.125 --epochs 10
      --description "a long command, as those are that programs write for other programs"
    environment: azureml://registries/azureml/environments/sklearn-1.5/labels/latest
    compute: azureml:cpu-cluster
    inputs:
      text: ${input}
    outputs:
      out:
        type: uri_folder`;
  });
  const text = `type: pipeline\ninputs:\n  text:\n    type: uri_folder\n    path: azureml:data:1\njobs:\n${steps.join("\n")}\n`;
  const { job, issues } = loadJob(text);
  if (job === undefined) throw new Error(`The pipeline is not valid: ${issues[0]?.message}`);
  const times: number[] = [];
  for (let round = -5; round < 20; round++) {
    const started = performance.now();
    loadJob(text).job?.toYaml();
    if (round >= 0) times.push(performance.now() - started);
  }
  return {
    bench: "model",
    what: `a pipeline of 500 nodes, ${Math.round(Buffer.byteLength(text) / 1024)} KiB, p50`,
    value: median(times),
    unit: "ms",
    limit: 50,
  };
}

function memory(texts: readonly string[]): Figure {
  const run = (jobs: number) => {
    for (let count = 0; count < jobs; count++) loadJob(texts[count % texts.length] ?? "", { files }).job?.toYaml();
  };
  run(20_000);
  const before = process.memoryUsage.rss();
  run(100_000);
  return { bench: "model", what: "RSS growth over 100,000 jobs", value: (process.memoryUsage.rss() - before) / 1024 ** 2, unit: "MB", limit: 5 };
}
