/** `npm run bench`: runs the benchmarks and prints a table of medians and ratios. Not part of the tests. */
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { readFlagsAndPositionals } from "../local/read-flags.ts";
import { benchDay } from "./day.ts";
import { type Figure, table } from "./figures.ts";
import { benchModel } from "./model.ts";
import { benchOutputs } from "./outputs.ts";
import { benchSoak } from "./soak.ts";
import { benchStart } from "./start.ts";
import { benchStorageCalls } from "./storage-calls.ts";
import { benchSubmit } from "./submit.ts";

const benches: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  start: benchStart,
  model: benchModel,
  submit: benchSubmit,
  "storage-calls": benchStorageCalls,
  outputs: benchOutputs,
  day: benchDay,
  soak: benchSoak,
};
/** Benchmarks that take many minutes, and therefore run only if they are named. */
const onlyNamed = ["day", "soak"];

const usage = `Measures Jobgate and compares each figure with a lower bound that is measured in the same run.

Usage: npm run bench -- [options] [BENCH...]
  BENCH        ${Object.keys(benches).join(", ")} (default: all but ${onlyNamed.join(", ")})
  --json FILE  also write the figures as JSON
  --help       print this`;

function exitWithUsage(reason: string): never {
  console.error(`${reason}\n\n${usage}`);
  process.exit(1);
}

function readOptions() {
  try {
    return readFlagsAndPositionals("npm run bench", {
      json: { type: "string" },
      help: { type: "boolean", default: false },
    });
  } catch (error) {
    return exitWithUsage((error as Error).message);
  }
}

const { values, positionals: requested } = readOptions();
const unknown = requested.find((name) => !Object.hasOwn(benches, name));
if (values.help) {
  console.log(usage);
  process.exit(0);
}
if (unknown !== undefined)
  exitWithUsage(
    `The benchmark ${JSON.stringify(unknown)} is unknown; expected one of ${Object.keys(benches).join(", ")}.`,
  );
const names = requested.length > 0 ? requested : Object.keys(benches).filter((name) => !onlyNamed.includes(name));
const figures: Figure[] = [];
for (const name of names) {
  console.error(`${name} ...`);
  figures.push(...((await benches[name]?.()) ?? []));
}
const processor = `${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores`;
const machine = `${processor}, ${process.platform}, Node ${process.versions.node}`;
const date = new Date().toISOString().slice(0, 10);
console.log(`\n${date}, ${machine}\n\n${table(figures)}`);
if (values.json !== undefined)
  writeFileSync(values.json, `${JSON.stringify({ date, machine, figures }, undefined, 2)}\n`);
process.exit(0);
