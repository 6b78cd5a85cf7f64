import type { Issue, Warning } from "../issues.ts";
import { fromPlain } from "../yaml/from-plain.ts";
import type { Position } from "../yaml/line-and-column.ts";
import { type Document, readDocument } from "../yaml/read-document.ts";
import { isMapping, kindOf, type Mapping, type Value } from "../yaml/value.ts";
import { checkBaseFields, checkNames, checkReadOnly, checkSecrets, type Finding } from "./checks/common.ts";
import {
  type CheckContext,
  checkInputPaths,
  type FilesBudget,
  filesBudget,
  type JobFilesReader,
} from "./checks/local-files.ts";
import { firstIssues, firstWarnings, issueLocator, type Origin, sortIssues } from "./checks/locate-issues.ts";
import { readOnlyFields, responseFields } from "./fields/base-fields.ts";
import type { Job } from "./job.ts";
import type { JobType } from "./job-type.ts";
import { defaultType, jobTypes } from "./job-types.ts";
import { closest } from "./schema/closest.ts";
import { type Problem, show } from "./schema/diagnostics.ts";
import { parseFields } from "./schema/parse-fields.ts";
import type { JobTypeName } from "./type-names.ts";

export type { JobFilesReader };

export interface LoadLimits {
  /** Levels of nesting. */
  readonly depth: number;
  /** Values in the document after aliases are expanded. */
  readonly nodes: number;
}

export interface LoadOptions {
  /** How text is read; "yaml" by default, which reads JSON too, but its `1e-3` as text, as the SDK does. */
  readonly format?: "yaml" | "json";
  readonly files?: JobFilesReader;
  /** The folder of the job within the files; "" by default. Its paths start there, and may go up as far as the files do. */
  readonly folder?: string;
  readonly limits?: Partial<LoadLimits>;
  /** The folder that the job came from; becomes `base_path`. */
  readonly basePath?: string;
}

export type LoadResult =
  | {
      readonly job: Job;
      readonly issues?: undefined;
      readonly warnings: readonly Warning[];
      /** Where a value of the job stands in the text, or the nearest around it; undefined when it was not read from text. */
      readonly position: (pointer: string) => Position | undefined;
    }
  | { readonly job?: undefined; readonly issues: readonly Issue[]; readonly warnings: readonly Warning[] };

export type LoadJob = (source: string | Uint8Array | object, options?: LoadOptions) => LoadResult;

const defaultLimits: LoadLimits = { depth: 32, nodes: 20_000 };

/** Reads a job from YAML, JSON or plain values: the job, or every issue in document order. Never throws for what it reads. */
export const loadJob: LoadJob = (source, options = {}) => {
  const limits = { ...defaultLimits, ...options.limits };
  const read = readSource(source, options, limits);
  if (read.issue !== undefined) return { issues: [read.issue], warnings: [] };
  const { value, document } = read;
  const origins: Origin[] = [];
  const problems: Problem[] = [];
  const findings: Finding[] = [];
  for (const { kind, path, what } of document?.remarks ?? []) {
    if (kind === "odd" && takesAnyKey(path))
      findings.push({ code: "wrong_key", message: `is ${what}; it is read as text.`, path, blocks: false });
    else if (kind === "odd")
      problems.push({ code: "wrong_key", message: `is ${what}, but a key must be text; quote it.`, path });
    else findings.push({ code: "duplicate_key", message: "stands twice; the last one counts.", path, blocks: false });
  }
  const budget = filesBudget(limits.nodes - (document?.nodes ?? 0));
  const job = makeJob(value, options, limits, { problems, findings, origins, budget });
  const issueOf = issueLocator(document, origins);
  const all = findings.map((finding) => ({ ...issueOf(finding), blocks_submission: finding.blocks }));
  const warnings = firstWarnings(sortIssues(all));
  if (job !== undefined && problems.length === 0)
    return { job, warnings, position: (place) => document?.position(place) };
  return { issues: firstIssues(sortIssues(problems.map(issueOf))), warnings };
};

/** Whether the mapping around a key is one whose keys the SDK does not look at. */
function takesAnyKey(path: readonly string[]): boolean {
  if (path.includes("conda_file") || path.at(-2) === "environment_variables") return true;
  return path.includes("services") && path.includes("properties");
}

type Read =
  | { readonly value: Value; readonly document: Document | undefined; readonly issue?: undefined }
  | { readonly issue: Issue };

function readSource(source: string | Uint8Array | object, { format = "yaml" }: LoadOptions, limits: LoadLimits): Read {
  if (typeof source === "string" || source instanceof Uint8Array) {
    const { document, error } = readDocument(source, { format, ...limits });
    if (error === undefined) return { value: document.value, document };
    const { position, ...issue } = error;
    return { issue: { ...issue, ...position } };
  }
  try {
    return { value: fromPlain(source, limits.depth), document: undefined };
  } catch (error) {
    if (error instanceof RangeError)
      return {
        issue: { pointer: "", code: "too_deep", message: `The job is nested deeper than ${limits.depth} levels.` },
      };
    return {
      issue: {
        pointer: "",
        code: "wrong_type",
        message: `The job cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      },
    };
  }
}

interface Notes {
  readonly problems: Problem[];
  readonly findings: Finding[];
  readonly origins: Origin[];
  readonly budget: FilesBudget;
}

function makeJob(
  value: Value,
  options: LoadOptions,
  limits: LoadLimits,
  { problems, findings, origins, budget }: Notes,
): Job | undefined {
  const find = (finding: Finding): void => void findings.push(finding);
  const report = (problem: Problem): void => void problems.push(problem);
  if (value === null) {
    report({ code: "empty_document", message: "The document is empty; a job is a mapping of fields.", path: [] });
    return undefined;
  }
  if (!isMapping(value)) {
    report({ code: "not_a_mapping", message: `The job is ${kindOf(value)}; expected a mapping of fields.`, path: [] });
    return undefined;
  }
  const payload = options.format === "json" ? withoutAnswerFields(value) : value;
  const type = typeOf(payload, report);
  if (type === undefined) return undefined;
  const adopt = (path: readonly PropertyKey[], file: string, document: Document): void =>
    void origins.push({ path: path.map(String), file, document });
  const context = { files: options.files, limits, folder: options.folder ?? "", find, report, adopt, budget };
  const prepared = type.prepare?.(payload, context) ?? payload;
  const parsed = parseFields(type.schema, prepared);
  if (parsed.problems !== undefined) {
    problems.push(...parsed.problems);
    return undefined;
  }
  checkReadOnly(value, options.format === "json" ? [...readOnlyFields, ...responseFields] : readOnlyFields, find);
  checkSecrets(parsed.fields as Value, [], find);
  checkCommon(parsed.fields as Mapping, type, context);
  const fields = type.check(parsed.fields as Mapping, context);
  // What the checks made of the fields is read once more, for no job may be made that its own schema refuses.
  const checked = problems.length > 0 ? { problems: [] } : parseFields(type.schema, fields);
  problems.push(...(checked.problems ?? []));
  return checked.fields === undefined
    ? undefined
    : new type.jobClass(checked.fields as never, { base_path: options.basePath ?? "." });
}

function withoutAnswerFields(value: Mapping): Mapping {
  if (!responseFields.some((name) => value[name] !== undefined)) return value;
  const kept: Record<string, Value | undefined> = Object.assign(Object.create(null), value);
  for (const name of responseFields) delete kept[name];
  return kept;
}

/** What is asked of every job: its name, tags and properties, and its inputs and outputs, where it has such. */
function checkCommon(fields: Mapping, { portName }: JobType, context: CheckContext): void {
  checkBaseFields(fields, context.find);
  checkNames(fields.inputs, ["inputs"], context.find, portName);
  checkNames(fields.outputs, ["outputs"], context.find, portName);
  checkInputPaths(context, fields.inputs, ["inputs"]);
}

/** The type that a payload names, or that it has when it names none. */
function typeOf(value: Mapping, report: (problem: Problem) => void): JobType | undefined {
  const name = Object.hasOwn(value, "type") ? value.type : defaultType;
  const known = Object.keys(jobTypes);
  if (typeof name === "string" && Object.hasOwn(jobTypes, name)) return jobTypes[name as JobTypeName];
  const guess = typeof name === "string" ? closest(name, known) : undefined;
  report({
    code: "unsupported_type",
    message: `is ${show(name)}; the types of jobs are ${known.join(", ")}.`,
    path: ["type"],
    ...(guess === undefined ? {} : { mend: { op: "replace", path: ["type"], value: guess } }),
  });
  return undefined;
}
