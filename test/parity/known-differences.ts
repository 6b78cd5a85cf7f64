/** Intended differences between Jobgate and the SDK; docs/parity.md lists them. */
import { posix } from "node:path";
import { isMapping, type Value } from "../../shared/core/yaml/value.ts";
import type { Difference } from "./compare.ts";

export interface KnownDifference {
  readonly what: string;
  readonly reason: string;
  readonly explains: (difference: Difference, base: string) => boolean;
}

const at = (path: readonly string[], ...end: readonly string[]): boolean =>
  end.every((part, index) => part === "*" || part === path[path.length - end.length + index]);

const emptySettings = ["limits", "resources", "featurization", "forecasting", "training_parameters"];

function isEmptySetting(path: readonly string[], ours: Value | undefined): boolean {
  return emptySettings.includes(path.at(-1) ?? "") && isMapping(ours) && Object.keys(ours).length === 0;
}

/** Whether a difference is due to the SDK printing an output of an automl node in its REST form. */
function isSentOutput(path: readonly string[], ours: Value | undefined, sdk: Value | undefined): boolean {
  if (path[0] !== "jobs" || path[2] !== "outputs") return false;
  if (path.length === 4) return isMapping(sdk) && sdk.type === "literal" && sdk.value === ours;
  const name = path.at(-1) ?? "";
  if (["job_output_type", "uri", "value"].includes(name)) return ours === undefined;
  return (
    (name === "mode" && sdk !== undefined) ||
    ((name === "path" || name === "type") && (sdk === undefined || sdk === "literal"))
  );
}

/** Whether the SDK omits null outputs of a pipeline. */
function isEmptyOutput(path: readonly string[], ours: Value | undefined): boolean {
  if (path[0] !== "outputs") return false;
  return path.length === 2 ? ours === null : isMapping(ours) && Object.values(ours).every((output) => output === null);
}

/** Known differences between our dumps and those of the SDK. */
export const dumpDifferences: readonly KnownDifference[] = [
  {
    what: "Local paths (`code`, build contexts) are printed as written; the SDK prints them as absolute paths.",
    reason: "A dump must not contain folders of the client's machine, which do not exist on other machines.",
    explains: ({ path, ours, sdk }, base) =>
      (at(path, "code") || at(path, "build", "path")) &&
      typeof ours === "string" &&
      typeof sdk === "string" &&
      posix.resolve(base, ours) === posix.resolve(base, sdk),
  },
  {
    what: "Paths of inputs are printed as written; the SDK puts `azureml:` before URLs and local paths.",
    reason: "`azureml:https://...` is not a valid reference. The SDK reads both forms as the same path.",
    explains: ({ path, ours, sdk }) => at(path, "path") && typeof ours === "string" && sdk === `azureml:${ours}`,
  },
  {
    what: "Boolean inputs are printed as `true` and `false`; the SDK prints `1` and `0`.",
    reason: "The SDK reads its own dump as numbers, so that the job gets `1` instead of `True`.",
    explains: ({ path, ours, sdk }) =>
      path.includes("inputs") &&
      typeof ours === "boolean" &&
      (sdk === Number(ours) || sdk === (ours ? "True" : "False")),
  },
  {
    what: "The input `{value: 1.5}` is read as `1.5`; the SDK reads it as `1`, and `{value: 1}` as `True`.",
    reason: "The SDK tries text, boolean and integer before float, which loses the value.",
    explains: ({ path, ours, sdk }) =>
      path.at(-2) === "inputs" && typeof ours !== "string" && (typeof sdk === "number" || typeof sdk === "bigint"),
  },
  {
    what:
      "An inline environment without an image has no name and version; the SDK generates a random name, or hashes " +
      "the build context.",
    reason: "Neither is read back, and dumps of the same job should be equal.",
    explains: ({ path, ours, sdk }) =>
      path.includes("environment") &&
      (at(path, "name") || at(path, "version")) &&
      ours === undefined &&
      typeof sdk === "string",
  },
  {
    what: "The version of an inline environment with an `inference_config` is a different hash.",
    reason: "The SDK hashes the text of Python objects. The version is not read back.",
    explains: ({ path, ours, sdk }) =>
      at(path, "environment", "version") && typeof ours === "string" && typeof sdk === "string",
  },
  {
    what: "A service keeps a type other than the four known ones; the SDK drops it.",
    reason:
      "The client wrote it, and dumped jobs of Azure ML have such types (`Tracking`, `Studio`). Neither sends it.",
    explains: ({ path, ours, sdk }) =>
      path.includes("services") && at(path, "type") && typeof ours === "string" && sdk === undefined,
  },
  {
    what: "A list of `docker_args` is printed as a list; the SDK prints its Python representation as text.",
    reason: "A job loaded from the SDK's dump passes that text to docker.",
    explains: ({ path, ours, sdk }) => at(path, "docker_args") && Array.isArray(ours) && typeof sdk === "string",
  },
  {
    what: "The name of a command job keeps its capitals; the SDK converts it to lowercase.",
    reason:
      "The SDK treats it as the name of a pipeline node. Azure ML has no such rule, and the client could not " +
      "find the job.",
    explains: ({ path, ours, sdk }) =>
      path.length === 1 && path[0] === "name" && typeof ours === "string" && ours.toLowerCase() === sdk,
  },
  {
    what:
      "An input without a type, but with a mode of tables (`eval_mount`), is printed as a mapping; the SDK prints " +
      "its Python representation as text.",
    reason: "The SDK reads its own dump as a text input.",
    explains: ({ path, ours, sdk }) => path.at(-2) === "inputs" && isMapping(ours) && typeof sdk === "string",
  },
  {
    what: "A null number of an early termination policy is printed as null; the SDK omits it.",
    reason: "A job loaded from the SDK's dump has the default, which differs from what the SDK sends for null.",
    explains: ({ path, ours, sdk }) => path.at(-2) === "early_termination" && ours === null && sdk === undefined,
  },
  {
    what: "Keys of environment variables that YAML does not read as text (`on`, `1.50`) are kept as written.",
    reason: "In Python, `on` is True and equal to `1`, so that two variables become one.",
    explains: ({ path }) => path.at(-2) === "environment_variables",
  },
  {
    what:
      "A pipeline component or prompt flow in a file is printed as the path of the file; the SDK prints its " +
      "content.",
    reason: "The SDK rejects inline pipelines and flows within pipelines, so its own dump does not load.",
    explains: ({ path, ours, sdk }) => at(path, "component") && typeof ours === "string" && isMapping(sdk),
  },
  {
    what:
      "The task of an inline parallel component is printed in the component only; the SDK prints it in the node as " +
      "well.",
    reason: "The SDK's client loads its own dump, but fails to send the second task.",
    explains: ({ path, ours, sdk }) =>
      path.length === 3 && at(path, "jobs", "*", "task") && ours === undefined && isMapping(sdk),
  },
  {
    what:
      "Paths of `additional_includes` of a component are relative to the job; in the SDK they are relative to the " +
      "component file.",
    reason: "All paths of a dump are relative to the job, so that they can be resolved.",
    explains: ({ path, ours, sdk }) =>
      path.at(-2) === "additional_includes" && typeof ours === "string" && typeof sdk === "string",
  },
  {
    what:
      "An inline command of a pipeline without an environment is printed as a job; the SDK converts it to a " +
      "component.",
    reason: "The component has no environment either, so the SDK's own dump does not load. Neither can be submitted.",
    explains: ({ path, ours, sdk }) =>
      path.length === 3 &&
      path[0] === "jobs" &&
      ((at(path, "component") && ours === undefined) || (at(path, "command") && sdk === undefined)),
  },
  {
    what:
      "Nodes keep their `display_name` and `tags`, and components and settings their unknown keys; the SDK's dump " +
      "loses them.",
    reason: "The SDK sends them, so a job loaded from its dump is different.",
    explains: ({ path, sdk }) =>
      sdk === undefined &&
      (path[0] === "settings" ||
        (path[0] === "jobs" &&
          (["display_name", "tags"].includes(path[2] ?? "") || path[2] === "component" || path[2] === "trial"))),
  },
  {
    what:
      "Empty settings of a node (`limits`, `resources`, `featurization` ...) and null outputs of a pipeline are " +
      "printed; the SDK omits them.",
    reason: "The SDK sends a value for each, so a job loaded from its dump is different.",
    explains: ({ path, ours, sdk }) => sdk === undefined && (isEmptySetting(path, ours) || isEmptyOutput(path, ours)),
  },
  {
    what: "Properties of a spark job are printed; the SDK's dump loses them.",
    reason: "The SDK also loses them on submission, which is a defect.",
    explains: ({ path, ours, sdk }) =>
      path.length === 2 && path[0] === "properties" && typeof ours === "string" && sdk === undefined,
  },
  {
    what: "The entry class of a spark job is printed as a class; the SDK prints it as a file.",
    reason: "A job loaded from the SDK's dump would run a file with that name.",
    explains: ({ path, ours, sdk }) =>
      (at(path, "entry", "class_name") && sdk === undefined) || (at(path, "entry", "file") && ours === undefined),
  },
  {
    what: "A spark job in a pipeline with an unsupported machine type is printed without a name and `$schema: '{}'`.",
    reason: "The SDK cannot print such a node and prints its internal state. Neither can submit it.",
    explains: ({ path, ours, sdk }) =>
      path.length === 3 &&
      path[0] === "jobs" &&
      (at(path, "$schema") || at(path, "name")) &&
      ours === undefined &&
      typeof sdk === "string",
  },
  {
    what: "`training: {}` of an automl job for tables is printed only if it was given; the SDK always prints it.",
    reason: "The SDK sends a value for it, so a job loaded from its dump is different.",
    explains: ({ path, ours, sdk }) =>
      path.length === 1 &&
      path[0] === "training" &&
      ours === undefined &&
      isMapping(sdk) &&
      Object.keys(sdk).length === 0,
  },
  {
    what: "Lists of columns of a forecast are printed as lists; the SDK prints their Python representation as text.",
    reason: "The SDK reads that text as the name of one column.",
    explains: ({ path, ours, sdk }) =>
      path.at(-2) === "forecasting" &&
      (at(path, "time_series_id_column_names") || at(path, "features_unknown_at_forecast_time")) &&
      Array.isArray(ours) &&
      typeof sdk === "string",
  },
  {
    what: "A zero or an empty list in place of `auto` (`target_lags: []`) is printed; the SDK omits it.",
    reason: "It is part of the submitted job.",
    explains: ({ path, ours, sdk }) =>
      sdk === undefined &&
      (path.at(-2) === "forecasting" || at(path, "n_cross_validations")) &&
      (ours === 0 || (Array.isArray(ours) && ours.length === 0)),
  },
  {
    what:
      "`log_training_metrics` and `log_validation_loss` are printed as `enable`; the SDK prints " +
      "`LogTrainingMetrics.ENABLE`.",
    reason: "The SDK's own dump does not load.",
    explains: ({ path, ours, sdk }) =>
      path.at(-2) === "training_parameters" && typeof ours === "string" && /^Log\w+\.[A-Z]+$/.test(String(sdk)),
  },
  {
    what:
      "A table of an automl node is printed as a mapping; the SDK prints and sends its Python representation as " +
      "text.",
    reason: "Azure ML cannot read that text.",
    explains: ({ path, ours, sdk }) =>
      path.length === 3 &&
      path[0] === "jobs" &&
      isMapping(ours) &&
      typeof sdk === "string" &&
      sdk.startsWith("{'type'"),
  },
  {
    what:
      "Outputs of an automl node are printed as written; the SDK prints their REST form (`job_output_type`, " +
      "`uri`).",
    reason: "The SDK's own dump does not load.",
    explains: ({ path, ours, sdk }) => isSentOutput(path, ours, sdk),
  },
  {
    what: "An empty search space of an automl node among others is printed; the SDK omits it.",
    reason: "The SDK sends it.",
    explains: ({ path, ours, sdk }) =>
      at(path, "search_space") && Array.isArray(ours) && Array.isArray(sdk) && ours.length > sdk.length,
  },
  {
    what:
      "An inline import of a pipeline is printed as an import, and an import component without additional inputs " +
      "and outputs.",
    reason: "The SDK prints a component with both, which it cannot load. It sends neither without its private preview.",
    explains: ({ path, ours, sdk }) =>
      path[0] === "jobs" &&
      ((at(path, "component") && ours === undefined && isMapping(sdk) && sdk.type === "import") ||
        ((at(path, "inputs") || at(path, "outputs")) &&
          ours === undefined &&
          isMapping(sdk) &&
          (sdk.type !== undefined || sdk.output !== undefined)) ||
        (path.length === 3 && sdk === undefined && ["source", "output", "description"].includes(path[2] ?? ""))),
  },
];

/** Cases that one accepts and the other rejects. */
export const verdictDifferences: Readonly<Record<string, string>> = {
  "copy-input-literal":
    "A copy of a literal loads in the SDK, but can be neither printed nor sent; Jobgate rejects it.",
  "copy-input-boolean":
    "A copy of a literal loads in the SDK, but can be neither printed nor sent; Jobgate rejects it.",
  "display-name-escape":
    "Names, descriptions and tags may not contain invisible characters except tabs and line breaks, because " +
    "they are shown in lists, terminals and pages.",
  ...Object.fromEntries(
    ["tab-after-colon", "tab-before-comment", "tab-at-end", "tab-blank-line", "tab-in-conda"].map((id) => [
      id,
      "PyYAML rejects tabs outside of quotes and comments; Jobgate reads them as blanks, with a warning that names " +
        "the line.",
    ]),
  ),
  "vars-set": "A set loads in the SDK, but cannot be sent; Jobgate rejects it.",
};

/** Cases that the SDK loads and fails to send, although Azure ML accepts them. */
export const submitDifferences: Readonly<Record<string, string>> = {
  stack: "Settings of a stack ensemble are valid, but the SDK cannot serialize them, except within a pipeline.",
};

/** Cases in which the SDK creates another REST body from our dump than from the original. */
export const reloadDifferences: Readonly<Record<string, string>> = {
  "compute-empty": "An empty compute counts as no compute; the SDK sends it, but also omits it from its dump.",
  "compute-bare-prefix": "An empty compute counts as no compute; the SDK sends it, but also omits it from its dump.",
  "node-properties":
    "The SDK sends the machine type of a spark node as written, but prints it in lowercase in its dump.",
  "student-no-version":
    "A student model without a version stays `azureml:NAME`; the SDK sends the bare name, which is a local path.",
  "compute-twice": "A repeated prefix counts once, as in the SDK's own dump.",
  "vars-keys": "Keys of environment variables are kept as written; in Python, `1` and `true` are equal.",
  "parallel-environment-empty": "The SDK generates a random name for an environment without an image.",
  includes:
    "The SDK's hash of a component includes its `additional_includes`, which are relative to another folder in a dump.",
  "input-wrapped": "`{value: 1.5}` is read as 1.5; the SDK reads it as 1, and `{value: 1}` as True.",
};
