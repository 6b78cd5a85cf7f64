/** Accepted jobs with one value replaced: the JSON Schemas must accept those that are still accepted. */
import fc from "fast-check";
import { expect } from "vitest";
import { loadJob } from "../../shared/core/job/load-job.ts";
import { judgedCases, suites } from "../parity/suites.ts";
import { plainMapping, schemaChecker } from "../support/schema-checker.ts";

const check = schemaChecker("job");

const taken = suites.flatMap((suite) =>
  judgedCases(suite).flatMap(({ yaml, files, folder }) => {
    const job = plainMapping(yaml);
    return job === undefined || loadJob(yaml, { files, folder }).job === undefined ? [] : [{ job, files, folder }];
  }),
);

const binding = "$" + "{{parent.inputs.x}}";
/** Values that some fields convert, or accept unlike other fields. */
const values: readonly unknown[] = [
  ...[undefined, null, true, false, 0, 1, 2.5, -1, "", "1", " 12 ", "1_0", "1.5e3", "yes", "No", "AUTO", "10kb"],
  ...[
    "azureml:x:1",
    "azureml:x",
    "./data",
    "RandomForest",
    "random_forest",
    "MedianStopping",
    "\u212a",
    binding,
    `a ${binding} b`,
  ],
  ...[[], [1], ["a"], ["a", "a"], [binding], {}, { a: 1 }, { a: null }, { a: { b: [] } }],
  ...[
    { type: "URI_FOLDER", path: "x" },
    { path: "x", mode: "eval_mount" },
    { value: 1 },
    { type: "UserIdentity" },
    { type: "managed" },
  ],
  ...[
    { type: "Uniform", min_value: "1", max_value: 2 },
    { type: "choice", values: [1, "2", { a: 1 }] },
    { file: "a.py" },
    { class_name: "x" },
  ],
  ...[{ image: "x" }, { command: "x", environment: "azureml:e:1" }, { type: "command", component: "azureml:c:1" }],
];

/** Other spellings of a text. */
function respelled(text: string): readonly string[] {
  const camel = text.replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
  return [
    text.toUpperCase(),
    text.toLowerCase(),
    camel,
    camel.charAt(0).toUpperCase() + camel.slice(1),
    text.replaceAll(/[A-Z]/g, (letter) => `_${letter}`),
  ];
}

function* places(value: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  if (path.length > 0) yield path;
  if (typeof value === "object" && value !== null)
    for (const key of Object.keys(value)) yield* places((value as Record<string, unknown>)[key], [...path, key]);
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce((inner, key) => (inner as Record<string, unknown>)[key], value);
}

/** A copy with another value at a path; undefined removes the value. */
function replaced(value: unknown, [key = "", ...rest]: readonly string[], other: unknown): unknown {
  const inner = rest.length === 0 ? other : replaced((value as Record<string, unknown>)[key], rest, other);
  if (Array.isArray(value))
    return inner === undefined ? value.toSpliced(Number(key), 1) : value.with(Number(key), inner);
  const { [key]: _old, ...others } = value as Record<string, unknown>;
  return inner === undefined ? others : { ...others, [key]: inner };
}

export const changed = fc
  .tuple(fc.constantFrom(...taken), fc.nat(), fc.nat())
  .map(([{ job, files, folder }, place, choice]) => {
    const all = [...places(job)];
    const path = all[place % all.length] ?? [];
    const old = at(job, path);
    const others = typeof old === "string" ? [...values, ...respelled(old)] : values;
    return { job: replaced(job, path, others[choice % others.length]) as object, files, folder };
  })
  .filter(({ job }) => Object.keys(job).length > 0);

type Changed = typeof changed extends fc.Arbitrary<infer T> ? T : never;

/** Whether a job is accepted; if so, its JSON Schema must accept it, too. */
export function expectTaken({ job, files, folder }: Changed): boolean {
  const isTaken = loadJob(job, { files, folder }).job !== undefined;
  if (isTaken) expect(check(job)).toBeUndefined();
  return isTaken;
}
