import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dump, load } from "js-yaml";
import { loadJob } from "../shared/core/job/load-job.ts";
import { type Figure, median } from "./figures.ts";

const rounds = 40;
const examples = join(import.meta.dirname, "../examples");

/** Reading, judging and dumping the example jobs, against js-yaml's load and dump of the same texts. */
export async function benchModel(): Promise<readonly Figure[]> {
  const texts = readdirSync(examples)
    .filter((name) => name.endsWith(".yml"))
    .map((name) => readFileSync(join(examples, name), "utf8"));
  const ours = () => texts.forEach((text) => void loadJob(text).job?.toYaml());
  const floor = () => texts.forEach((text) => void dump(load(text)));
  const times: Record<"ours" | "floor", number[]> = { ours: [], floor: [] };
  for (let round = -10; round < rounds; round++) {
    const measured = { ours: time(ours, texts.length), floor: time(floor, texts.length) };
    if (round < 0) continue;
    times.ours.push(measured.ours);
    times.floor.push(measured.floor);
  }
  const floorFigure = { what: "js-yaml load and dump", value: median(times.floor) };
  return [{ bench: "model", what: "load, check and dump one job, p50", value: median(times.ours), unit: "µs", floor: floorFigure, limit: 3 }];
}

/** Microseconds a job, over a hundred passes. */
function time(run: () => void, jobs: number): number {
  const started = performance.now();
  for (let pass = 0; pass < 100; pass++) run();
  return ((performance.now() - started) * 1000) / (100 * jobs);
}
