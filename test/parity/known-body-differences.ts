/** Where we send Azure ML something else than the SDK on purpose; docs/parity.md is made of this. */
import type { Sent } from "./bodies.ts";

/** A place where our body, or what is registered before it, differs from the SDK's; undefined where one holds nothing. */
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

/** A name where an id has to be. */
const isBareName = (value: unknown): boolean => typeof value === "string" && !value.includes("/");

export const bodyDifferences: readonly KnownBodyDifference[] = [
  {
    what: "Whether the component of a node came from a file is not told (`_source` is `YAML.JOB`).",
    reason: "It is for Azure ML's statistics, and a dump holds the component itself.",
    explains: ({ path, ours, sdk }) => path.endsWith("/_source") && ours === "YAML.JOB" && sdk === "YAML.COMPONENT",
  },
  {
    what: "Environment variables are texts, and those without a value are left out; the SDK sends `1`, `true` and null as they are.",
    reason: "The API's type is a text, and the SDK before made texts of them: `1`, `True`.",
    explains: ({ path, ours, sdk }) =>
      /\/environment(?:Variables|_variables)\/[^/]+$/.test(path) && (typeof ours === "string" || sdk === null),
  },
  {
    what: "An empty compute is none, and a prefix that stands twice is taken for one.",
    reason: "Azure ML has no compute with an empty name or a colon.",
    explains: ({ path, sdk }) =>
      path === "/job/computeId" && typeof sdk === "string" && /\/computes\/(?:azureml:.*)?$/.test(sdk),
  },
  {
    what: "A pipeline whose `component` is a file is sent with its nodes; the SDK registers the component and sends a pipeline without nodes.",
    reason: "The dump of such a job holds the nodes, as the SDK's does. Both run the same steps.",
    explains: ({ path }, sent) => {
      const { settings, jobs } = jobOf(sent) as { settings?: { _source?: string }; jobs?: object };
      const isOne = settings?._source === "REMOTE.WORKSPACE.JOB" && Object.keys(jobs ?? {}).length === 0;
      return isOne && /^\/(?:job\/(?:settings\/_source|jobs\/[^/]+|componentId)|assets\/components\/.*)$/.test(path);
    },
  },
  {
    what: "The component of a pipeline, the environment of `environment.id` and of an automl job, the model and the compute of a finetuning and the student of a distillation are ids; the SDK sends their names.",
    reason:
      "A name without a workspace names nothing to Azure ML, whose API wants ids in these places, and the SDK makes ids of all others.",
    explains: ({ path, ours, sdk }) =>
      (/^\/job\/(?:componentId|computeId|environmentId|fineTuningDetails\/model\/uri)$/.test(path) &&
        isBareName(sdk) &&
        String(ours).startsWith("{WS}/")) ||
      // A name without a version is looked up.
      (/^\/lookups\/(?:environments|models)\//.test(path) && sdk === undefined),
  },
  {
    what: "Resources, queue settings and services of automl jobs, and services of finetunings and distillations, have the API's names (`instanceCount`); the SDK sends its own (`instance_count`).",
    reason: "The API does not know those, so the setting would be lost.",
    explains: ({ path }, sent) => {
      const { jobType } = jobOf(sent);
      return (
        (jobType === "AutoML" && /^\/job\/(?:resources|queueSettings|services)\//.test(path)) ||
        (jobType === "FineTuning" && path.startsWith("/job/services/"))
      );
    },
  },
  {
    what: "The mode of a table of an automl job and the types of its outputs are sent; the SDK loses both.",
    reason: "The sender wrote them, and the API has them.",
    explains: ({ path, sdk }, sent) =>
      jobOf(sent).jobType === "AutoML" &&
      ((/^\/job\/taskDetails\/\w+Data\/mode$/.test(path) && sdk === undefined) ||
        (/^\/job\/outputs\/[^/]+\/jobOutputType$/.test(path) && sdk === "uri_folder")),
  },
  {
    what: "`n_cross_validations` of 0 and 1, and empty `target_lags`, are sent like other numbers and lists; the SDK sends the bare number, or nothing.",
    reason: "The API takes no bare number. Such jobs are refused on submission either way, as far as they cannot run.",
    explains: ({ path, ours, sdk }) =>
      (path === "/job/taskDetails/nCrossValidations" && typeof sdk === "number") ||
      (path === "/job/taskDetails/forecastingSettings/targetLags" &&
        sdk === undefined &&
        JSON.stringify(ours) === '{"mode":"Custom","values":[]}'),
  },
  {
    what: "Tables and lists of columns of an automl node are sent as such; the SDK sends Python's spelling of them as one text.",
    reason: "Azure ML cannot know what that text means.",
    explains: ({ path, ours, sdk }) =>
      path.startsWith("/job/jobs/") && typeof ours === "object" && typeof sdk === "string" && /^[[{]'/.test(sdk),
  },
  {
    what: "The compute of an automl node that is bound stays a binding; the SDK makes an id of it.",
    reason: "No compute has the name of a binding.",
    explains: ({ path, ours, sdk }) =>
      /^\/job\/jobs\/[^/]+\/compute$/.test(path) &&
      String(ours).startsWith("${{") &&
      String(sdk).startsWith("{WS}/computes/${{"),
  },
  {
    what: "Properties of a spark job are sent; the SDK loses them.",
    reason: "Nobody who wrote them can want that.",
    explains: ({ path, sdk }, sent) =>
      jobOf(sent).jobType === "Spark" && /^\/job\/properties\/[^/]+$/.test(path) && sdk === undefined,
  },
  {
    what: "The machine of a spark node is written small.",
    reason: "So the SDK prints it; Azure ML does not tell capitals from small letters here.",
    explains: ({ path, ours, sdk }) =>
      path.endsWith("/resources/instance_type") && typeof sdk === "string" && sdk.toLowerCase() === ours,
  },
];

/** What is another value for a reason that docs/parity.md tells of the dumps as well, by case. */
export const bodyCases: Readonly<Record<string, string>> = {
  "input-wrapped": "`{value: 1.5}` stays 1.5; the SDK makes 1 of it, and True of `{value: 1}`.",
  includes:
    "Files that a component takes in besides are named from the folder of the job, as in the dump; the SDK names them from that of the component's file. The code is the same.",
  "model-input": "A model as an input of a spark job is sent as one; the SDK sends an empty text.",
  "env-inference":
    "The version of an inline environment with an `inference_config` is another: the SDK hashes how Python prints its objects.",
};
