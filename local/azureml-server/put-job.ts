/** PUT of a job: validation, updates of an existing job, and the fields that Azure ML adds. */
import { userError } from "./errors.ts";
import { jobResource } from "./job-resource.ts";
import { findViolation } from "./job-rules/find-violation.ts";
import {
  isObject,
  type JsonObject,
  json,
  objectAt,
  type ReceivedRequest,
  type Reply,
  textAt,
} from "./request-and-reply.ts";
import { findJob, type ServerJob, type ServerState } from "./state.ts";

const idPattern = /^[a-zA-Z0-9][a-zA-Z0-9\-_]{0,254}$/;
/** Fields that can be changed after the creation of a job. */
const mutable = new Set(["description", "tags", "displayName", "properties", "isArchived"]);
const required: Readonly<Record<string, readonly string[]>> = {
  Command: ["command", "environmentId"],
  Sweep: ["objective", "samplingAlgorithm", "searchSpace", "trial"],
  Pipeline: [],
  Spark: ["codeId", "entry"],
  AutoML: ["taskDetails"],
  FineTuning: ["fineTuningDetails", "outputs"],
  Distillation: [],
};

export function putJob(state: ServerState, name: string, { body, origin, query }: ReceivedRequest): Reply {
  const sent = objectAt(body, "properties");
  const problem = problemOf(name, sent);
  if (problem !== undefined) return userError(400, problem, ["BadArgument"]);
  const url = `${origin}${state.root}/jobs/${name}?api-version=${query.get("api-version")}`;
  const existing = findJob(state, name);
  if (existing !== undefined) return update(state, existing, sent);
  const violation = findViolation(sent, (id) => componentSpec(state, id));
  if (violation !== undefined) return userError(400, violation.message, ["ValidationError"], {}, violation.target);
  // Run history still contains the name of a deleted job.
  if (state.jobs.has(name)) return immutable("InputBindings");
  const job: ServerJob = {
    name,
    sent,
    properties: withServiceFields(sent, name),
    createdAt: state.now(),
    course: state.courseOf(name, sent),
    cancelAt: undefined,
    changes: 0,
    deleted: false,
  };
  state.jobs.set(name, job);
  return json(201, jobResource(state, job, origin), { location: url });
}

/** The specification of a component of this workspace. */
function componentSpec({ assets }: ServerState, id: string): JsonObject | undefined {
  const [, name, version] = /\/components\/([^/]+)\/versions\/([^/]+)$/.exec(id) ?? [];
  const component = assets.get(`components/${name}/${version}`);
  return component === undefined ? undefined : objectAt(component.properties, "componentSpec");
}

function problemOf(name: string, sent: JsonObject): string | undefined {
  if (!idPattern.test(name)) return `The job id ${name} is not valid.`;
  const jobType = textAt(sent, "jobType") ?? "";
  const fields = required[jobType];
  if (fields === undefined)
    return `The jobType ${JSON.stringify(jobType)} is unknown; expected one of ${Object.keys(required).join(", ")}.`;
  const missing = fields.find((field) => sent[field] === undefined || sent[field] === null);
  if (missing !== undefined) return `The field ${missing} is required for a job of type ${jobType}.`;
  for (const map of ["tags", "properties"]) {
    const entries = Object.entries(objectAt(sent, map));
    const wrong = entries.find(([key, value]) => typeof value !== "string" || key.length > 100 || value.length > 1000);
    if (wrong !== undefined) return `The value of ${map}.${wrong[0]} must be a text of at most 1000 characters.`;
  }
  return undefined;
}

/** Updates a job. The same body again is rejected, as observed on Azure ML. */
function update(state: ServerState, job: ServerJob, sent: JsonObject): Reply {
  if (JSON.stringify(sent) === JSON.stringify(job.sent)) return immutable("InputBindings");
  const stored = immutableFields(job.properties);
  const requested = immutableFields(sent);
  const first = immutableFields(job.sent);
  const changed = Object.keys({ ...requested, ...first }).find(
    (key) => !contains(stored[key], requested[key]) || !contains(requested[key], first[key]),
  );
  if (changed !== undefined) return immutable(changed);
  const properties = objectAt(job.properties, "properties");
  const newProperties = objectAt(sent, "properties");
  const existingProperty = Object.keys(newProperties).find(
    (key) => Object.hasOwn(properties, key) && properties[key] !== newProperties[key],
  );
  if (existingProperty !== undefined) return immutable("Properties");
  const changes = Object.fromEntries(Object.entries(sent).filter(([key]) => mutable.has(key)));
  job.properties = { ...job.properties, ...changes, properties: { ...properties, ...newProperties } };
  job.changes += 1;
  return json(200, jobResource(state, job, ""));
}

function immutable(property: string): Reply {
  const shown = ` ${property.charAt(0).toUpperCase()}${property.slice(1)}`;
  return userError(
    400,
    "A job with this name already exists. If you are trying to create a new job, use a different name. " +
      `If you are trying to update an existing job, the existing job's${shown} cannot be changed. ` +
      "Only description, tags, displayName, properties, and isArchived can be updated.",
    ["Immutable", "JobPropertyImmutable"],
    { property: shown },
  );
}

const setByAzureML = new Set(["status", "services", "parameters"]);

/** The fields that must not change, without empty ones. */
function immutableFields(properties: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([key, value]) =>
      mutable.has(key) || setByAzureML.has(key) ? [] : nonEmptyEntries(key, value),
    ),
  );
}

function nonEmptyEntries(key: string, value: unknown): [string, unknown][] {
  if (value === null || value === undefined) return [];
  if (!isObject(value)) return Array.isArray(value) && value.length === 0 ? [] : [[key, value]];
  const inner = Object.entries(value).flatMap(([name, item]) => nonEmptyEntries(name, item));
  return inner.length === 0 ? [] : [[key, Object.fromEntries(inner)]];
}

/** Whether `value` contains all of `subset`. */
function contains(value: unknown, subset: unknown): boolean {
  if (subset === undefined) return true;
  if (isObject(subset))
    return isObject(value) && Object.entries(subset).every(([key, item]) => contains(value[key], item));
  return JSON.stringify(value) === JSON.stringify(subset);
}

/** The properties of a new job with the fields that Azure ML adds. */
function withServiceFields(sent: JsonObject, name: string): JsonObject {
  const jobType = textAt(sent, "jobType");
  const common = {
    description: null,
    tags: {},
    displayName: name,
    experimentName: "Default",
    isArchived: false,
    identity: null,
    componentId: null,
    notificationSetting: null,
    secretsConfiguration: null,
    ...sent,
  };
  const output = {
    description: null,
    uri: `azureml://datastores/workspaceartifactstore/ExperimentRun/dcid.${name}`,
    assetName: null,
    assetVersion: null,
    mode: "ReadWriteMount",
    autoDeleteSetting: null,
    jobOutputType: "uri_folder",
  };
  const properties = objectAt(sent, "properties");
  if (jobType === "Pipeline") {
    const added = {
      "azureml.DevPlatv2": "true",
      "azureml.runsource": "azureml.PipelineRun",
      runSource: "MFE",
      "azureml.parameters": "{}",
    };
    return { ...common, properties: { ...properties, ...added } };
  }
  const resources = {
    instanceCount: 1,
    maxInstanceCount: null,
    instanceType: null,
    locations: null,
    shmSize: "2g",
    dockerArgs: null,
    properties: {},
  };
  return {
    ...common,
    properties: { ...properties, "_azureml.ComputeTargetType": "amlctrain" },
    outputs: { default: output, ...objectAt(sent, "outputs") },
    ...(jobType === "Command"
      ? {
          codeId: null,
          distribution: null,
          autologgerSettings: null,
          limits: null,
          environmentVariables: {},
          parameters: {},
          queueSettings: null,
          ...pick(sent),
        }
      : {}),
    ...(jobType === "Command" ? { resources: { ...resources, ...objectAt(sent, "resources") } } : {}),
  };
}

function pick(sent: JsonObject): JsonObject {
  const keys = ["codeId", "distribution", "limits", "environmentVariables", "queueSettings"];
  return Object.fromEntries(keys.filter((key) => sent[key] !== undefined).map((key) => [key, sent[key]]));
}
