/** Pipelines with many, large or recursive component files. */
import type { JobFilesReader } from "../../shared/core/job/load-job.ts";

const component = "type: command\ncommand: x\nenvironment: azureml:e:1\n";
const mib = 1024 * 1024;

interface HostileBundle {
  readonly source: string;
  readonly files: JobFilesReader;
}

function bundleOf(nodes: readonly object[], textOf: (path: string) => string): HostileBundle {
  const jobs = Object.fromEntries(nodes.map((node, at) => [`n${at}`, node]));
  const files: JobFilesReader = {
    kind: (path) => (path.endsWith(".yml") ? "file" : "folder"),
    read: (path) => (path.endsWith(".yml") ? Buffer.from(textOf(path)) : undefined),
  };
  return { source: JSON.stringify({ type: "pipeline", jobs }), files };
}

const nodes = (count: number, path: (at: number) => string, more: object = {}): object[] =>
  Array.from({ length: count }, (_, at) => ({ component: path(at), ...more }));
const pipeline = (count: number, more = ""): string => {
  const jobs = Array.from({ length: count }, (_, at) => `  a${at}: {type: pipeline, component: p.yml}\n`);
  return `type: pipeline\n${more}jobs:\n${jobs.join("")}`;
};

/** Hostile bundles by name. */
export const hostileBundles: Readonly<Record<string, HostileBundle>> = {
  "2,000 files": bundleOf(
    nodes(2000, (at) => `c${at}.yml`),
    () => component,
  ),
  "one file in 2,000 nodes": bundleOf(
    nodes(2000, () => "c.yml"),
    () => component,
  ),
  "6,000 files that cannot be read": bundleOf(
    nodes(6000, (at) => `c${at}.yml`),
    () => "a: [",
  ),
  "500 files of 1 MiB of comments": bundleOf(
    nodes(500, (at) => `c${at}.yml`),
    () => component + "#".repeat(mib - 100),
  ),
  "a file of 1 MiB of text in 500 nodes": bundleOf(
    nodes(500, () => "c.yml"),
    () => `${component}description: ${"x".repeat(mib - 100)}`,
  ),
  "files with 300,000 lists": bundleOf(
    nodes(2, (at) => `c${at}.yml`),
    () => `${component}tags: {a: [${"[],".repeat(300_000)}]}`,
  ),
  "pipelines of three pipelines, ten deep": bundleOf(
    nodes(1, () => "p.yml", { type: "pipeline" }),
    () => pipeline(3),
  ),
  "pipelines of two pipelines with 200 KB of text, ten deep": bundleOf(
    nodes(1, () => "p.yml", { type: "pipeline" }),
    () => pipeline(2, `description: ${"x".repeat(200_000)}\n`),
  ),
  "a file with 9,000 inputs that are not given": bundleOf(
    nodes(1, () => "c.yml"),
    () => `${component}inputs:\n${Array.from({ length: 4000 }, (_, at) => ` i${at}: {type: string}\n`).join("")}`,
  ),
};
