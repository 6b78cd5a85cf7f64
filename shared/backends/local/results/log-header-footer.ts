// The service's own lines in a job's log: what a run on this machine leaves out, before; how it ended, behind.
import { join } from "node:path";
import { isMapping } from "../../../core/yaml/value.ts";
import { type Exit, jobFiles } from "../folder/job-files.ts";
import type { JobFolder } from "../folder/job-folder.ts";
import { openRegularFile } from "../folder/open-regular-file.ts";
import type { CommandFields } from "../jobs/command-fields.ts";

/** Begins every line that is not the command's. */
const mark = "[jobgate]";

/** Fields that choose or shape a machine of Azure ML's. */
const unused = [
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
  const ignored = unused.filter((field) => job[field] !== undefined).map((field) => `${field}${detail(job[field])}`);
  if (ignored.length > 0) lines.push(`Not used here: ${ignored.join(", ")}.`);
  const placed = Object.entries(job.outputs ?? {}).filter(
    ([, output]) => isMapping(output) && output.path !== undefined,
  );
  if (placed.length > 0)
    lines.push(
      `Not written to their own paths, but kept by the service: ${placed.map(([output]) => `outputs.${output}`).join(", ")}.`,
    );
  return marked(lines);
}

/** The last lines of a log; begins a new line where the command's last one has no end. */
export async function logFooter(
  { path }: JobFolder,
  exit: Exit,
  leftOut: readonly string[],
  maxLogBytes: number,
): Promise<string> {
  const { size, endsLine } = await lookAtEnd(join(path, jobFiles.log), maxLogBytes);
  const cut =
    size > maxLogBytes ? [`The log is cut: the command wrote ${size} bytes, and ${maxLogBytes} are kept.`] : [];
  const last =
    exit.error === undefined ? `The job is ${exit.status}.` : `The job is ${exit.status}: ${exit.error.message}`;
  return (endsLine ? "" : "\n") + marked([...cut, ...leftOut, last]);
}

async function lookAtEnd(
  file: string,
  maxBytes: number,
): Promise<{ readonly size: number; readonly endsLine: boolean }> {
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

function marked(lines: readonly string[]): string {
  return lines.map((line) => `${mark} ${line}\n`).join("");
}

function detail(value: unknown): string {
  if (typeof value === "string") return ` (${value})`;
  if (!isMapping(value)) return "";
  const { image, type, instance_count } = value;
  const shown =
    image ?? type ?? (instance_count === undefined ? undefined : `instance_count ${String(instance_count)}`);
  return shown === undefined ? "" : ` (${String(shown)})`;
}
