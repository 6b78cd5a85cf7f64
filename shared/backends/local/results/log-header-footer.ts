// Lines that the service adds to the log of a job: ignored fields at the start, the outcome at the end.
import { join } from "node:path";
import { isMapping } from "../../../core/yaml/value.ts";
import { type Exit, jobFiles } from "../folder/job-files.ts";
import type { JobFolder } from "../folder/job-folder.ts";
import { openRegularFile } from "../folder/open-regular-file.ts";
import type { CommandFields } from "../jobs/command-fields.ts";

/** Start of each line that is not from the command. */
const prefix = "[jobgate]";

/** Fields that select or configure a machine of Azure ML. */
const ignoredFields = [
  "environment",
  "compute",
  "resources",
  "distribution",
  "services",
  "queue_settings",
  "identity",
] as const;

/** The first lines of a log. */
export function logHeader(name: string, job: CommandFields): string {
  const lines = [`Job ${name} runs as a process on this machine, without a container.`];
  const ignored = ignoredFields
    .filter((field) => job[field] !== undefined)
    .map((field) => `${field}${fieldDetail(job[field])}`);
  if (ignored.length > 0) lines.push(`Ignored on this machine: ${ignored.join(", ")}.`);
  const withPath = Object.entries(job.outputs ?? {})
    .filter(([, output]) => isMapping(output) && output.path !== undefined)
    .map(([output]) => `outputs.${output}`);
  if (withPath.length > 0) lines.push(`Stored by the service instead of at their own paths: ${withPath.join(", ")}.`);
  return withPrefix(lines);
}

/** A field's value in brackets, in short. */
function fieldDetail(value: unknown): string {
  if (typeof value === "string") return ` (${value})`;
  if (!isMapping(value)) return "";
  const { image, type, instance_count } = value;
  const instances = instance_count === undefined ? undefined : `instance_count ${String(instance_count)}`;
  const detail = image ?? type ?? instances;
  return detail === undefined ? "" : ` (${String(detail)})`;
}

/** The last lines of a log. They begin with a line break if the output of the command does not end with one. */
export async function logFooter(
  { path }: JobFolder,
  exit: Exit,
  outputNotes: readonly string[],
  maxLogBytes: number,
): Promise<string> {
  const { size, endsLine } = await readEnd(join(path, jobFiles.log), maxLogBytes);
  const truncated =
    size > maxLogBytes
      ? [`The log is truncated: the command wrote ${size} bytes, of which ${maxLogBytes} are stored.`]
      : [];
  const reason = exit.error === undefined ? "." : `: ${exit.error.message}`;
  const lines = [...truncated, ...outputNotes, `The job is ${exit.status}${reason}`];
  return (endsLine ? "" : "\n") + withPrefix(lines);
}

/** The size of a log, and whether its uploaded part is empty or ends with a line break. */
async function readEnd(file: string, maxBytes: number): Promise<{ readonly size: number; readonly endsLine: boolean }> {
  const log = await openRegularFile(file);
  if (log === undefined) return { size: 0, endsLine: true };
  try {
    const { size } = await log.stat();
    const { bytesRead, buffer } = await log.read(Buffer.alloc(1), 0, 1, Math.max(0, Math.min(size, maxBytes) - 1));
    return { size, endsLine: bytesRead === 0 || buffer.toString("latin1") === "\n" };
  } finally {
    await log.close();
  }
}

function withPrefix(lines: readonly string[]): string {
  return lines.map((line) => `${prefix} ${line}\n`).join("");
}
