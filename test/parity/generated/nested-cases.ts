import { judgedCases } from "../suites.ts";
import type { GeneratedCase } from "./generated-case.ts";

const suites = ["command", "sweep", "spark", "automl", "finetuning", "import"];

/** Every third case: the others differ in the same fields. */
const selected = (suite: string) => judgedCases(suite).filter((_, index) => index % 3 === 0);

const indent = (text: string, by: number): string => text.replaceAll(/^(?=.)/gm, " ".repeat(by));

/** A pipeline job whose node is a pipeline component, around `depth` - 1 more of them and the given component. */
export function nest(id: string, component: string, depth: number): GeneratedCase {
  const files: Record<string, string> = { [`nested-${depth}.yml`]: component };
  for (let level = 1; level < depth; level++)
    files[`nested-${level}.yml`] = `type: pipeline\njobs:\n  n${level}: {type: pipeline, component: ./nested-${
      level + 1
    }.yml}\n`;
  const yaml =
    "type: pipeline\nsettings: {default_compute: azureml:cpu}\njobs:\n  n0: {type: pipeline, component: ./nested-1.yml}\n";
  return { id: `${id}@${depth}`, yaml, files };
}

/** The jobs of the given suite as nodes, below a pipeline component at the depths 1 and 2, in turns. */
function nestedJobs(suite: string): readonly GeneratedCase[] {
  return selected(suite).map(({ id, yaml }, index) => {
    const node = /^type:/m.test(yaml) ? yaml : `type: ${suite}\n${yaml}`;
    const whole = /^type:\s*pipeline/m.test(yaml) ? yaml : `type: pipeline\njobs:\n  a:\n${indent(node, 4)}`;
    return nest(`${suite}/${id}`, whole, 1 + (index % 2));
  });
}

/** The jobs of the given suite as component files of a node: of the job, and of a nested pipeline, in turns. */
function componentFiles(suite: string): readonly GeneratedCase[] {
  return selected(suite).flatMap(({ id, yaml }, index) => {
    if (/^type:\s*pipeline/m.test(yaml)) return [];
    const text = /^type:/m.test(yaml) ? yaml : `type: ${suite}\n${yaml}`;
    const jobs = `type: pipeline\njobs:\n  a: {type: ${suite}, component: ./part.yml}\n`;
    const name = `${suite}-component/${id}`;
    if (index % 2 === 0)
      return [{ id: name, yaml: `${jobs}settings: {default_compute: azureml:cpu}\n`, files: { "part.yml": text } }];
    const nested = nest(name, jobs, 1);
    return [{ ...nested, files: { ...nested.files, "part.yml": text } }];
  });
}

export const nestedCases: Readonly<Record<string, () => readonly GeneratedCase[]>> = {
  ...Object.fromEntries(suites.map((suite) => [`nested-${suite}`, () => nestedJobs(suite)])),
  "nested-pipeline": () => selected("pipeline").map(({ id, yaml }, i) => nest(`pipeline/${id}`, yaml, 1 + (i % 2))),
  "component-command": () => componentFiles("command"),
  "component-spark": () => componentFiles("spark"),
};
