import type { Diagnostic, Report, Severity } from "../diagnostic.ts";
import type { Issue, Warning } from "../issues.ts";
import type { KeyIssue } from "../yaml/compose-state.ts";
import type { Position } from "../yaml/line-and-column.ts";
import { isMapping, kindOf, type Mapping, type Value } from "../yaml/value.ts";
import { checkReadOnly } from "./checks/common.ts";
import { explainDuplicates } from "./checks/explain-duplicates.ts";
import { explainMissingPath } from "./checks/explain-missing-path.ts";
import { explainUnusualText } from "./checks/explain-unusual-text.ts";
import { keyDiagnostics } from "./checks/key-diagnostics.ts";
import { type CheckContext, filesBudget, type JobFilesReader } from "./checks/local-files.ts";
import { firstIssues, firstWarnings, issueLocator, sortIssues } from "./checks/locate-issues.ts";
import { tabWarning } from "./checks/tab-warning.ts";
import { withoutContradictions } from "./checks/without-contradictions.ts";
import { withoutRepeats } from "./checks/without-repeats.ts";
import { type Origin, writtenValues } from "./checks/written-values.ts";
import { readOnlyFields, responseFields } from "./fields/base-fields.ts";
import type { Job } from "./job.ts";
import type { JobType } from "./job-type.ts";
import { defaultType, jobTypes } from "./job-types.ts";
import { readSource } from "./read-source.ts";
import { recognizeDocument } from "./recognize-document.ts";
import { closest } from "./schema/closest.ts";
import { lookUp } from "./schema/containers.ts";
import { show } from "./schema/show.ts";

export type { JobFilesReader };

export interface LoadLimits {
  /** Levels of nesting. */
  readonly depth: number;
  /** Values in the document after aliases are expanded. */
  readonly nodes: number;
}

export interface LoadOptions {
  /** The format of the text; "yaml" by default, which includes JSON, but reads its `1e-3` as text, as the SDK does. */
  readonly format?: "yaml" | "json";
  readonly files?: JobFilesReader;
  /** Folder of the job in the bundle; "" (the root) by default. Paths of the job are relative to it. */
  readonly folder?: string;
  readonly limits?: Partial<LoadLimits>;
  /** Folder of the job file, stored as `base_path`. */
  readonly basePath?: string;
}

export type LoadResult =
  | {
      readonly job: Job;
      readonly issues?: undefined;
      readonly warnings: readonly Warning[];
      /** Position of the value at a JSON Pointer, or of the innermost enclosing value; undefined for plain values. */
      readonly position: (pointer: string) => Position | undefined;
    }
  | { readonly job?: undefined; readonly issues: readonly Issue[]; readonly warnings: readonly Warning[] };

export type LoadJob = (source: string | Uint8Array | object, options?: LoadOptions) => LoadResult;

const defaultLimits: LoadLimits = { depth: 32, nodes: 20_000 };

/**
 * Parses and validates a job from YAML, JSON or plain values. Returns the job, or all issues in document order; does
 * not throw for invalid input.
 */
export const loadJob: LoadJob = (source, options = {}) => {
  const limits = { ...defaultLimits, ...options.limits };
  const read = readSource(source, { format: options.format ?? "yaml", ...limits });
  if (read.issue !== undefined) return { issues: [read.issue], warnings: [] };
  const { value, document } = read;
  const origins: Origin[] = [];
  const diagnostics: Diagnostic[] = [];
  const context: CheckContext = {
    files: options.files,
    limits,
    folder: options.folder ?? "",
    report: (diagnostic) => void diagnostics.push(diagnostic),
    hasErrors: () => diagnostics.some(({ severity }) => severity === "error"),
    addOrigin: (path, file, origin) => void origins.push({ path: path.map(String), file, document: origin }),
    budget: filesBudget(limits.nodes - (document?.nodes ?? 0)),
  };
  if (document?.tab !== undefined) context.report(tabWarning([], document.tab));
  const job = readJob(value, document?.keyIssues ?? [], options, context);
  const position = (pointer: string) => document?.position(pointer);
  if (job !== undefined && diagnostics.length === 0) return { job, warnings: [], position };
  const written = writtenValues(value, document, origins);
  const issueOf = issueLocator(written);
  const explained = withoutContradictions(explainDuplicates(diagnostics, document?.keyIssues ?? [])).map((diagnostic) =>
    explainMissingPath(diagnostic, { written, files: options.files, folder: context.folder }),
  );
  const located = (isIncluded: (severity: Severity) => boolean) =>
    withoutRepeats(
      explained.filter(({ severity }) => isIncluded(severity)),
      issueOf,
    ).map(([{ severity }, issue]) => ({ ...issue, blocks_submission: severity === "blocker" }));
  const warnings = firstWarnings(sortIssues(located((severity) => severity !== "error")));
  if (job !== undefined) return { job, warnings, position };
  const recognized = isMapping(value) ? recognizeDocument(value) : undefined;
  if (recognized !== undefined)
    return { issues: [{ ...recognized, ...document?.position(recognized.pointer, "key") }], warnings: [] };
  const errors = explainUnusualText(
    explained.filter(({ severity }) => severity === "error"),
    written,
  );
  const issues = withoutRepeats(errors, issueOf);
  return { issues: firstIssues(sortIssues(issues.map(([, issue]) => issue))), warnings };
};

/** The job; undefined if an error was reported. */
function readJob(
  value: Value,
  keyIssues: readonly KeyIssue[],
  { format, basePath = "." }: LoadOptions,
  context: CheckContext,
): Job | undefined {
  const { report } = context;
  if (value === null) {
    report({
      severity: "error",
      code: "empty_document",
      message: "The document is empty; a job is a mapping of fields.",
      path: [],
    });
    return undefined;
  }
  if (!isMapping(value)) {
    report({
      severity: "error",
      code: "not_a_mapping",
      message: `The job is ${kindOf(value)}; expected ${example}`,
      path: [],
    });
    return undefined;
  }
  const isJson = format === "json";
  const payload = isJson ? withoutResponseFields(value) : value;
  const type = typeOf(payload, report);
  if (type === undefined) return undefined;
  for (const diagnostic of keyDiagnostics({ keyIssues, value, type: type.schema, at: [] })) report(diagnostic);
  checkReadOnly(value, isJson ? [...readOnlyFields, ...responseFields] : readOnlyFields, report);
  const job = type.read(payload, context, { base_path: basePath });
  return context.hasErrors() ? undefined : job;
}

/** A job with its required fields. */
const example =
  "a mapping of fields in YAML or JSON, e.g. the lines `type: command`, `command: python train.py` and " +
  "`environment: azureml:NAME:VERSION`.";

function withoutResponseFields(value: Mapping): Mapping {
  if (!responseFields.some((name) => value[name] !== undefined)) return value;
  const kept: Record<string, Value | undefined> = Object.assign(Object.create(null), value);
  for (const name of responseFields) delete kept[name];
  return kept;
}

/** Type of a payload; the default type if `type` is missing, undefined (and reported) if it is unknown. */
function typeOf(value: Mapping, report: Report): JobType | undefined {
  const name = Object.hasOwn(value, "type") ? value.type : defaultType;
  const type = typeof name === "string" ? lookUp<JobType>(jobTypes, name) : undefined;
  if (type !== undefined) return type;
  const known = Object.keys(jobTypes);
  const guess = typeof name === "string" ? closest(name, known) : undefined;
  report({
    severity: "error",
    code: "unsupported_type",
    message: `is ${show(name)}; expected one of ${known.join(", ")}.`,
    path: ["type"],
    ...(guess === undefined ? {} : { fix: { replaceWith: guess } }),
  });
  return undefined;
}
