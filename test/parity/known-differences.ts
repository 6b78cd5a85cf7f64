/** Where Jobgate and the SDK part on purpose; docs/parity.md is made of this. */
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

/** What the SDK prints of an output of an automl node: the form in which it is sent. */
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

/** An output of a pipeline without a value, or outputs that are all so. */
function isEmptyOutput(path: readonly string[], ours: Value | undefined): boolean {
  if (path[0] !== "outputs") return false;
  return path.length === 2 ? ours === null : isMapping(ours) && Object.values(ours).every((output) => output === null);
}

/** Where our dump and the SDK's hold other values. */
export const dumpDifferences: readonly KnownDifference[] = [
  {
    what: "Local paths (`code`, build contexts) stay as they were written; the SDK prints them absolute.",
    reason:
      "The folder of whoever sent the job means nothing to the service, and a dump must not name folders of another machine.",
    explains: ({ path, ours, sdk }, base) =>
      (at(path, "code") || at(path, "build", "path")) &&
      typeof ours === "string" &&
      typeof sdk === "string" &&
      posix.resolve(base, ours) === posix.resolve(base, sdk),
  },
  {
    what: "Paths of inputs stay as they were written; the SDK puts `azureml:` before URLs and local paths.",
    reason: "`azureml:https://...` names nothing. The SDK reads both forms as the same path.",
    explains: ({ path, ours, sdk }) => at(path, "path") && typeof ours === "string" && sdk === `azureml:${ours}`,
  },
  {
    what: "Booleans among inputs print as `true` and `false`; the SDK prints `1` and `0`.",
    reason: "Its own reload makes numbers of them, and the job gets `1` where it got `True`.",
    explains: ({ path, ours, sdk }) =>
      path.includes("inputs") &&
      typeof ours === "boolean" &&
      (sdk === Number(ours) || sdk === (ours ? "True" : "False")),
  },
  {
    what: "`{value: 1.5}` as an input stays `1.5`; the SDK makes `1` of it, and `True` of `{value: 1}`.",
    reason: "It tries text, boolean and whole number before float, so the value is lost.",
    explains: ({ path, ours, sdk }) =>
      path.at(-2) === "inputs" && typeof ours !== "string" && (typeof sdk === "number" || typeof sdk === "bigint"),
  },
  {
    what: "An inline environment without an image has no name and version; the SDK makes up a random name, or hashes the files of a build context.",
    reason: "Neither is read back, and a dump of the same job should be the same text.",
    explains: ({ path, ours, sdk }) =>
      path.includes("environment") &&
      (at(path, "name") || at(path, "version")) &&
      ours === undefined &&
      typeof sdk === "string",
  },
  {
    what: "The version of an inline environment with an `inference_config` is another hash.",
    reason: "The SDK hashes how Python prints its objects. The version is not read back.",
    explains: ({ path, ours, sdk }) =>
      at(path, "environment", "version") && typeof ours === "string" && typeof sdk === "string",
  },
  {
    what: "A service keeps a type that is none of the four; the SDK drops it.",
    reason:
      "It is what the sender wrote, and what a dumped job of Azure ML has (`Tracking`, `Studio`). It is not sent either way.",
    explains: ({ path, ours, sdk }) =>
      path.includes("services") && at(path, "type") && typeof ours === "string" && sdk === undefined,
  },
  {
    what: "A list of `docker_args` stays a list; the SDK prints Python's spelling of it as one text.",
    reason: "Its own reload sends that text to docker.",
    explains: ({ path, ours, sdk }) => at(path, "docker_args") && Array.isArray(ours) && typeof sdk === "string",
  },
  {
    what: "The name of a command job keeps its capitals; the SDK makes them small.",
    reason:
      "It takes the name for that of a pipeline node. Azure ML knows no such rule, and the sender would look for the job in vain.",
    explains: ({ path, ours, sdk }) =>
      path.length === 1 && path[0] === "name" && typeof ours === "string" && ours.toLowerCase() === sdk,
  },
  {
    what: "An input without a type, with a mode of tables (`eval_mount`), prints as a mapping; the SDK prints Python's spelling of it as a text.",
    reason: "Its own reload makes a text input of it.",
    explains: ({ path, ours, sdk }) => path.at(-2) === "inputs" && isMapping(ours) && typeof sdk === "string",
  },
  {
    what: "A number of an early termination policy that is null prints as null; the SDK leaves it out.",
    reason: "On reload it gets the default, which is not what the SDK sends for null.",
    explains: ({ path, ours, sdk }) => path.at(-2) === "early_termination" && ours === null && sdk === undefined,
  },
  {
    what: "Keys of environment variables that are no text to YAML (`on`, `1.50`) are kept as they were written.",
    reason: "To Python `on` is True and `1` is True, so two variables become one.",
    explains: ({ path }) => path.at(-2) === "environment_variables",
  },
  {
    what: "A pipeline component in a file stays the path of that file; the SDK prints its content.",
    reason: "The SDK itself refuses a pipeline that is written inline in a pipeline, so its own dump does not load.",
    explains: ({ path, ours, sdk }) => at(path, "component") && typeof ours === "string" && isMapping(sdk),
  },
  {
    what: "The code of a parallel component keeps its folder in the node that uses it; the SDK prints `azureml:` and a path from the component's folder.",
    reason: "The node's copy leads nowhere; only the component's own is used.",
    explains: ({ path, ours, sdk }) =>
      at(path, "task", "code") && typeof ours === "string" && typeof sdk === "string" && sdk.startsWith("azureml:"),
  },
  {
    what: "Files that a component takes in besides (`additional_includes`) are named from the folder of the job; the SDK names them from that of the component's file.",
    reason: "All paths of a dump start there, so that they are found again.",
    explains: ({ path, ours, sdk }) =>
      path.at(-2) === "additional_includes" && typeof ours === "string" && typeof sdk === "string",
  },
  {
    what: "A command written inline in a pipeline, without an environment, stays a job; the SDK makes a component of it.",
    reason:
      "Its component has no environment either, so its own dump does not load. It cannot be submitted either way.",
    explains: ({ path, ours, sdk }) =>
      path.length === 3 &&
      path[0] === "jobs" &&
      ((at(path, "component") && ours === undefined) || (at(path, "command") && sdk === undefined)),
  },
  {
    what: "Nodes keep their `display_name` and `tags`, components their unknown keys, and settings that the SDK does not know stay; its dump loses them.",
    reason: "It sends them, so a job that is loaded from its dump is another.",
    explains: ({ path, sdk }) =>
      sdk === undefined &&
      (path[0] === "settings" ||
        (path[0] === "jobs" &&
          (["display_name", "tags"].includes(path[2] ?? "") || path[2] === "component" || path[2] === "trial"))),
  },
  {
    what: "Empty settings of a node (`limits`, `resources`, `featurization` ...), and an output of a pipeline without a value, stay; the SDK's dump leaves them out.",
    reason: "It sends something for each, so a job that is loaded from its dump is another.",
    explains: ({ path, ours, sdk }) => sdk === undefined && (isEmptySetting(path, ours) || isEmptyOutput(path, ours)),
  },
  {
    what: "Properties of a spark job stay; the SDK's dump loses them.",
    reason: "It loses them on submission as well, which nobody who wrote them can want.",
    explains: ({ path, ours, sdk }) =>
      path.length === 2 && path[0] === "properties" && typeof ours === "string" && sdk === undefined,
  },
  {
    what: "The entry of a spark job that is a class stays one; the SDK prints it as a file.",
    reason: "Its own reload would run a file of that name.",
    explains: ({ path, ours, sdk }) =>
      (at(path, "entry", "class_name") && sdk === undefined) || (at(path, "entry", "file") && ours === undefined),
  },
  {
    what: "A spark job in a pipeline whose machine spark does not run on prints without a name and `$schema: '{}'`.",
    reason: "The SDK cannot print such a node and prints its insides. It cannot be submitted either way.",
    explains: ({ path, ours, sdk }) =>
      path.length === 3 &&
      path[0] === "jobs" &&
      (at(path, "$schema") || at(path, "name")) &&
      ours === undefined &&
      typeof sdk === "string",
  },
  {
    what: "An automl job of a table prints `training: {}` only where it was given; the SDK always does.",
    reason: "It sends something for it, so a job that is loaded from its dump is another.",
    explains: ({ path, ours, sdk }) =>
      path.length === 1 &&
      path[0] === "training" &&
      ours === undefined &&
      isMapping(sdk) &&
      Object.keys(sdk).length === 0,
  },
  {
    what: "Lists of columns of a forecast stay lists; the SDK prints Python's spelling of them as one text.",
    reason: "Its own reload takes that text for the name of one column.",
    explains: ({ path, ours, sdk }) =>
      path.at(-2) === "forecasting" &&
      (at(path, "time_series_id_column_names") || at(path, "features_unknown_at_forecast_time")) &&
      Array.isArray(ours) &&
      typeof sdk === "string",
  },
  {
    what: "A zero or an empty list stays where `auto` may stand (`target_lags: []`); the SDK's dump leaves it out.",
    reason: "It is what the sender wrote.",
    explains: ({ path, ours, sdk }) =>
      sdk === undefined &&
      (path.at(-2) === "forecasting" || at(path, "n_cross_validations")) &&
      (ours === 0 || (Array.isArray(ours) && ours.length === 0)),
  },
  {
    what: "`log_training_metrics` and `log_validation_loss` print as they are read (`enable`); the SDK prints `LogTrainingMetrics.ENABLE`.",
    reason: "Its own dump does not load.",
    explains: ({ path, ours, sdk }) =>
      path.at(-2) === "training_parameters" && typeof ours === "string" && /^Log\w+\.[A-Z]+$/.test(String(sdk)),
  },
  {
    what: "A table of an automl node stays a mapping; the SDK prints and sends Python's spelling of it as one text.",
    reason: "Azure ML cannot know what that text means.",
    explains: ({ path, ours, sdk }) =>
      path.length === 3 &&
      path[0] === "jobs" &&
      isMapping(ours) &&
      typeof sdk === "string" &&
      sdk.startsWith("{'type'"),
  },
  {
    what: "Outputs of an automl node print as they are read; the SDK prints the form in which it sends them (`job_output_type`, `uri`).",
    reason: "Its own dump does not load.",
    explains: ({ path, ours, sdk }) => isSentOutput(path, ours, sdk),
  },
  {
    what: "An empty search space of an automl node stays among others; the SDK's dump leaves it out.",
    reason: "It sends it.",
    explains: ({ path, ours, sdk }) =>
      at(path, "search_space") && Array.isArray(ours) && Array.isArray(sdk) && ours.length > sdk.length,
  },
  {
    what: "An import written inline in a pipeline stays one, and an import component has no inputs and outputs besides its source and output.",
    reason: "The SDK makes a component with both, which it cannot load. It sends neither without a preview.",
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

/** What one takes and the other refuses, by case. */
export const verdictDifferences: Readonly<Record<string, string>> = {
  "copy-input-literal":
    "A copy of a literal loads in the SDK and can then be neither printed nor sent: it is refused at once.",
  "copy-input-boolean":
    "A copy of a literal loads in the SDK and can then be neither printed nor sent: it is refused at once.",
  "display-name-escape":
    "Names, descriptions and tags have no characters that nobody sees, but for tabs and line breaks: they are shown in lists, terminals and pages.",
  "vars-set": "A set loads in the SDK and then cannot be sent: it is refused at once.",
};

/** What the SDK loads and fails to send, though Azure ML takes it, by case. */
export const submitDifferences: Readonly<Record<string, string>> = {
  stack:
    "Settings of a stack ensemble load in the SDK, which then cannot make JSON of them. They are valid, and within a pipeline it sends them.",
};

/** Where the SDK makes another REST body of our dump than of the original, by case. */
export const reloadDifferences: Readonly<Record<string, string>> = {
  "compute-empty": "An empty compute is none; the SDK sends it, and its dump leaves it out as well.",
  "compute-bare-prefix": "An empty compute is none; the SDK sends it, and its dump leaves it out as well.",
  "node-properties":
    "The SDK sends the machine of a spark job in a pipeline as it was written, and its own dump makes it small.",
  "student-no-version":
    "A student named without a version stays `azureml:NAME`; the SDK sends the bare name, which is that of a local path.",
  "compute-twice": "A prefix that stands twice is taken for one, as in the SDK's own dump.",
  "vars-keys": "Keys of environment variables are kept as they were written; Python takes `1` and `true` for the same.",
  "parallel-environment-empty": "The SDK makes up a random name for an environment without an image.",
  includes:
    "The SDK's hash of a component counts the names of what it takes in besides, which start from another folder in a dump.",
  "input-wrapped": "`{value: 1.5}` stays 1.5; the SDK makes 1 of it, and True of `{value: 1}`.",
};
