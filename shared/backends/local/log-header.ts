import { isMapping } from "../../core/yaml/value.ts";
import type { CommandFields } from "./command-fields.ts";

/** Begins every line of the log that is the service's and not the command's. */
export const mark = "[jobgate]";

/** Fields that choose or shape a machine of Azure ML's. */
const unused = ["environment", "compute", "resources", "distribution", "services", "queue_settings", "identity"] as const;

/** The first lines of a job's log: what a run on this machine leaves out. */
export function logHeader(name: string, job: CommandFields): string {
  const lines = [`Job ${name} runs as a process on this machine, without a container.`];
  const ignored = unused.filter((field) => job[field] !== undefined).map((field) => `${field}${detail(job[field])}`);
  if (ignored.length > 0) lines.push(`Not used here: ${ignored.join(", ")}.`);
  const placed = Object.entries(job.outputs ?? {}).filter(([, output]) => isMapping(output) && output.path !== undefined);
  if (placed.length > 0) lines.push(`Not written to their own paths, but kept by the service: ${placed.map(([output]) => `outputs.${output}`).join(", ")}.`);
  return lines.map((line) => `${mark} ${line}\n`).join("");
}

function detail(value: unknown): string {
  if (typeof value === "string") return ` (${value})`;
  if (!isMapping(value)) return "";
  const { image, type, instance_count } = value;
  const shown = image ?? type ?? (instance_count === undefined ? undefined : `instance_count ${String(instance_count)}`);
  return shown === undefined ? "" : ` (${String(shown)})`;
}
