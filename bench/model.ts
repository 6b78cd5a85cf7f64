// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Azure ML writes its bindings so
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dump, load } from "js-yaml";
import { loadJob } from "../shared/core/job/load-job.ts";
import { corpusFolder, corpusMade } from "../test/parity/suites.ts";
import { type Figure, median } from "./figures.ts";
import { loadAndDump, type PublicJob, publicJobs } from "./public-jobs.ts";

const rounds = 40;

/** Loading, validating and dumping jobs: public jobs, a large pipeline, and 200,000 jobs in a row. */
export async function benchModel(): Promise<readonly Figure[]> {
  const all = publicJobs();
  const jobs = all.filter(({ texts }) => texts.every(canLoad));
  const ours = () => {
    for (const job of jobs) loadAndDump(job);
  };
  const floor = () => {
    for (const { texts } of jobs) for (const text of texts) dump(load(text));
  };
  const times: Record<"ours" | "floor", number[]> = { ours: [], floor: [] };
  for (let round = -10; round < rounds; round++) {
    const measured = { ours: time(ours, jobs.length), floor: time(floor, jobs.length) };
    if (round < 0) continue;
    times.ours.push(measured.ours);
    times.floor.push(measured.floor);
  }
  const micros = median(times.ours);
  return [
    {
      bench: "model",
      what:
        `load, check and dump one of ${jobs.length} public jobs (of ${all.length}; js-yaml cannot load the others) ` +
        "with the files that they refer to, p50",
      value: micros,
      unit: "µs",
      floor: { what: "js-yaml load and dump of the same files", value: median(times.floor) },
      limit: 3,
    },
    ...againstSdk(all),
    largePipeline(),
    memory(),
  ];
}

/** Whether js-yaml loads a text: unlike Python, it requires the lines of a quoted text to be indented. */
function canLoad(text: string): boolean {
  try {
    load(text);
    return true;
  } catch {
    return false;
  }
}

/** Microseconds per job, over two passes. */
function time(run: () => void, jobs: number): number {
  const passes = 2;
  const started = performance.now();
  for (let pass = 0; pass < passes; pass++) run();
  return ((performance.now() - started) * 1000) / (passes * jobs);
}

/** Microseconds per job: the median of ten measurements. */
function meanOf(jobs: readonly PublicJob[]): number {
  const run = () => {
    for (const job of jobs) loadAndDump(job);
  };
  return median(Array.from({ length: 10 }, () => time(run, jobs.length)));
}

/** Compares with the Python SDK on the same files, if JOBGATE_PYTHON is the path of a Python that has azure-ai-ml. */
function againstSdk(jobs: readonly PublicJob[]): readonly Figure[] {
  const python = process.env.JOBGATE_PYTHON;
  if (python === undefined) {
    console.error("Not compared with the Python SDK: set JOBGATE_PYTHON to the path of a Python that has azure-ai-ml.");
    return [];
  }
  const program = `
import io, json, logging, statistics, sys, time, warnings
warnings.simplefilter("ignore"); logging.disable(logging.CRITICAL)
from azure.ai.ml import load_job
def run(path):
    started = time.perf_counter()
    load_job(path).dump(io.StringIO())
    return (time.perf_counter() - started) * 1e6
taken = {}
for path in sys.argv[1:]:
    try:
        run(path)
        taken[path] = statistics.median(run(path) for _ in range(3))
    except Exception:
        pass
print(json.dumps(taken))
`;
  const copy = mkdtempSync(join(tmpdir(), "jobgate-bench-"));
  cpSync(corpusFolder, copy, { recursive: true });
  for (const folder of corpusMade) mkdirSync(join(copy, folder), { recursive: true });
  const { stdout, status } = spawnSync(python, ["-c", program, ...jobs.map(({ id }) => join(copy, id))], {
    encoding: "utf8",
  });
  rmSync(copy, { recursive: true, force: true });
  if (status !== 0) throw new Error(`${python} exited with code ${status}.`);
  const taken = JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}") as Record<string, number>;
  const same = jobs.filter(({ id }) => taken[join(copy, id)] !== undefined);
  const micros = Object.values(taken);
  return [
    {
      bench: "model",
      what: `load, check and dump one of the ${same.length} public jobs that the SDK dumps, mean`,
      value: meanOf(same),
      unit: "µs",
      floor: { what: "azure-ai-ml on the same", value: micros.reduce((sum, each) => sum + each, 0) / micros.length },
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
  const input = "inputs:\n  text:\n    type: uri_folder\n    path: azureml:data:1";
  const text = `type: pipeline\n${input}\njobs:\n${steps.join("\n")}\n`;
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

function memory(): Figure {
  const { stdout, status } = spawnSync(
    process.execPath,
    ["--expose-gc", "--max-semi-space-size=16", join(import.meta.dirname, "memory.ts")],
    {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  if (status !== 0) throw new Error(`The measurement of memory exited with code ${status}.`);
  return { bench: "model", what: "RSS growth over 100,000 jobs", value: Number(stdout), unit: "MB", limit: 5 };
}
