/** Intended differences between our REST bodies and those of the SDK; docs/parity.md lists them. */
import { pythonText } from "../../shared/core/yaml/python-text.ts";
import type { Value } from "../../shared/core/yaml/value.ts";
import type { Sent } from "./bodies.ts";

/** A difference between our body or its registered assets and the SDK's; undefined stands for a missing value. */
export interface BodyDifference {
  readonly path: string;
  readonly ours: unknown;
  readonly sdk: unknown;
}

export interface KnownBodyDifference {
  readonly what: string;
  readonly reason: string;
  readonly explains: (difference: BodyDifference, sent: Sent) => boolean;
}

const jobOf = ({ job }: Sent): Readonly<Record<string, unknown>> => job as Readonly<Record<string, unknown>>;

/** Whether a value is a name instead of an id. */
const isBareName = (value: unknown): boolean => typeof value === "string" && !value.includes("/");

/** Whether our environment variable is the SDK's value as Python text; JSON does not tell `1.0` from `1`. */
function isTextOf(ours: unknown, sdk: unknown): boolean {
  if (typeof ours !== "string" || typeof sdk === "string" || sdk === undefined) return false;
  return ours === pythonText(sdk as Value) || (typeof sdk === "number" && Number(ours) === sdk);
}

export const bodyDifferences: readonly KnownBodyDifference[] = [
  {
    what: "`_source` of a node is always `YAML.JOB`, even if its component came from a file.",
    reason: "It is only used for statistics of Azure ML, and a dump contains the component itself.",
    explains: ({ path, ours, sdk }) => path.endsWith("/_source") && ours === "YAML.JOB" && sdk === "YAML.COMPONENT",
  },
  {
    what:
      "Numbers and booleans of environment variables are sent as text, and those without a value are omitted; the SDK " +
      "sends `1`, `true` and null. Lists and mappings, which the SDK sends as such, block the submission.",
    reason: "The type in the API is text, and earlier SDK versions sent text: `1`, `True`.",
    explains: ({ path, ours, sdk }) =>
      /\/environment(?:Variables|_variables)\/[^/]+$/.test(path) && isTextOf(ours, sdk),
  },
  {
    what: "An empty compute counts as no compute, and a repeated prefix counts once.",
    reason: "Azure ML has no compute with an empty name or a colon.",
    explains: ({ path, sdk }) =>
      path === "/job/computeId" && typeof sdk === "string" && /\/computes\/(?:azureml:.*)?$/.test(sdk),
  },
  {
    what:
      "A pipeline whose `component` is a file is sent with its nodes; the SDK registers the component and sends a " +
      "pipeline without nodes.",
    reason: "The dump of such a job contains the nodes, as in the SDK. Both run the same steps.",
    explains: ({ path }, sent) => {
      const { settings, jobs } = jobOf(sent) as { settings?: { _source?: string }; jobs?: object };
      const isOne = settings?._source === "REMOTE.WORKSPACE.JOB" && Object.keys(jobs ?? {}).length === 0;
      return isOne && /^\/(?:job\/(?:settings\/_source|jobs\/[^/]+|componentId)|assets\/components\/.*)$/.test(path);
    },
  },
  {
    what:
      "These are sent as ids: the component of a pipeline, `environment.id`, the environment of an automl job, " +
      "the model and compute of a finetuning job, and the student model of a distillation job; the SDK sends " +
      "their names.",
    reason: "The API of Azure ML requires ids here, and the SDK sends ids for all other references.",
    explains: ({ path, ours, sdk }) =>
      (/^\/job\/(?:componentId|computeId|environmentId|fineTuningDetails\/model\/uri)$/.test(path) &&
        isBareName(sdk) &&
        String(ours).startsWith("{WS}/")) ||
      // A name without a version is looked up.
      (/^\/lookups\/(?:environments|models)\//.test(path) && sdk === undefined),
  },
  {
    what:
      "Resources, queue settings and services of automl jobs, and services of finetuning and distillation jobs, " +
      "have the names of the API (`instanceCount`); the SDK sends its own (`instance_count`).",
    reason: "The API ignores the SDK's names, so the settings would be lost.",
    explains: ({ path }, sent) => {
      const { jobType } = jobOf(sent);
      return (
        (jobType === "AutoML" && /^\/job\/(?:resources|queueSettings|services)\//.test(path)) ||
        (jobType === "FineTuning" && path.startsWith("/job/services/"))
      );
    },
  },
  {
    what: "The modes of the tables and the types of the outputs of an automl job are sent; the SDK loses both.",
    reason: "They are part of the job, and the API supports them.",
    explains: ({ path, sdk }, sent) =>
      jobOf(sent).jobType === "AutoML" &&
      ((/^\/job\/taskDetails\/\w+Data\/mode$/.test(path) && sdk === undefined) ||
        (/^\/job\/outputs\/[^/]+\/jobOutputType$/.test(path) && sdk === "uri_folder")),
  },
  {
    what:
      "`n_cross_validations` of 0 and 1, and empty `target_lags`, are sent like other values; the SDK sends a " +
      "bare number, or nothing.",
    reason: "The API does not accept a bare number. Both reject such jobs on submission if they cannot run.",
    explains: ({ path, ours, sdk }) =>
      (path === "/job/taskDetails/nCrossValidations" && typeof sdk === "number") ||
      (path === "/job/taskDetails/forecastingSettings/targetLags" &&
        sdk === undefined &&
        JSON.stringify(ours) === '{"mode":"Custom","values":[]}'),
  },
  {
    what:
      "Tables and lists of columns of an automl node are sent as such; the SDK sends their Python representation " +
      "as text.",
    reason: "Azure ML cannot read that text.",
    explains: ({ path, ours, sdk }) =>
      path.startsWith("/job/jobs/") && typeof ours === "object" && typeof sdk === "string" && /^[[{]'/.test(sdk),
  },
  {
    what: "A bound compute of an automl node is sent as a binding; the SDK sends an id made from it.",
    reason: "A binding is not a valid name of a compute.",
    explains: ({ path, ours, sdk }) =>
      /^\/job\/jobs\/[^/]+\/compute$/.test(path) &&
      String(ours).startsWith("${{") &&
      String(sdk).startsWith("{WS}/computes/${{"),
  },
  {
    what: "Properties of a spark job are sent; the SDK loses them.",
    reason: "Losing them is a defect.",
    explains: ({ path, sdk }, sent) =>
      jobOf(sent).jobType === "Spark" && /^\/job\/properties\/[^/]+$/.test(path) && sdk === undefined,
  },
  {
    what: "The machine type of a spark node is sent in lowercase.",
    reason: "The SDK prints it so in its dump; Azure ML ignores its case.",
    explains: ({ path, ours, sdk }) =>
      path.endsWith("/resources/instance_type") && typeof sdk === "string" && sdk.toLowerCase() === ours,
  },
  {
    what:
      "The code and environment of a task beside a registered component are sent as ids; the SDK sends their " +
      "names.",
    reason: "The SDK sends the task as written, with the path of a local folder; it sends ids for all other tasks.",
    explains: ({ path, ours, sdk }) =>
      /^\/job\/jobs\/[^/]+\/task\/(?:code|environment)$/.test(path) &&
      String(ours).startsWith("azureml:{WS}/") &&
      /^azureml:[^/]+$/.test(String(sdk)),
  },
];

/** Cases that differ for a reason that docs/parity.md lists for dumps as well. */
export const bodyCases: Readonly<Record<string, string>> = {
  "vars-keys": "Keys of environment variables are kept as written; in Python, `1` and `true` are equal.",
  "input-wrapped": "`{value: 1.5}` is sent as 1.5; the SDK sends 1, and True for `{value: 1}`.",
  includes:
    "Paths of `additional_includes` are relative to the job, as in the dump; in the SDK they are relative to " +
    "the component file. The code is the same.",
  "model-input": "A model input of a spark job is sent as a model; the SDK sends an empty text.",
  "env-inference":
    "The version of an inline environment with an `inference_config` differs: the SDK hashes the text of Python " +
    "objects.",
};
