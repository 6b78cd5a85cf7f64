/** Recognizes invalid payloads that are not jobs, and jobs of another type. */
import type { DiagnosticCode } from "../diagnostic.ts";
import { type Issue, pointer } from "../issues.ts";
import { isMapping, type Mapping, type Value } from "../yaml/value.ts";
import { recognizeForeign } from "./recognize-foreign.ts";
import { recognizeType } from "./recognize-type.ts";
import { jobTypeNames } from "./type-names.ts";

type Kind =
  | "component"
  | "schedule"
  | "environment"
  | "data asset"
  | "model"
  | "endpoint"
  | "deployment"
  | "compute"
  | "datastore"
  | "conda file"
  | "flow";

/** How a job uses a document of each kind; NAME is replaced by the name in the document. */
const uses: Readonly<Record<Kind, string>> = {
  component: "Run it as a node of a pipeline: {type: pipeline, jobs: {run: {type: TYPE, component: ./component.yml}}}.",
  schedule: "Send only the content of its create_job as a job, or create the schedule with `az ml schedule create`.",
  environment:
    "A job uses it as `environment: {image: ..., conda_file: ./conda.yml}`, or, once it is registered, as " +
    "`environment: azureml:NAME:VERSION`.",
  "data asset":
    "Register it, and use it as an input of a job: `inputs: {data: {type: uri_folder, path: azureml:NAME:VERSION}}`.",
  model:
    "Register it, and use it as an input of a job: " +
    "`inputs: {model: {type: mlflow_model, path: azureml:NAME:VERSION}}`.",
  endpoint: "No job uses it; create it with `az ml online-endpoint create`, or send a job with a command.",
  deployment: "No job uses it; create it with `az ml online-deployment create`, or send a job with a command.",
  compute: "Create it, and use it in a job as `compute: azureml:NAME`.",
  datastore: "Create it, and use it in the paths of a job: `azureml://datastores/NAME/paths/...`.",
  "conda file": "A job uses it in its environment: `environment: {image: ..., conda_file: ./conda.yml}`.",
  flow: "Run it as a node of a pipeline: {type: pipeline, jobs: {run: {type: parallel, component: ./flow.dag.yaml}}}.",
};

/** An issue without its position in the text. */
type Recognized = Omit<Issue, "line" | "column" | "code"> & { readonly code: DiagnosticCode };

/** The only issue of an invalid payload that is not a job, or has the wrong type; undefined for other payloads. */
export function recognizeDocument(payload: Mapping): Recognized | undefined {
  const foreign = recognizeForeign(payload);
  if (foreign !== undefined) return { pointer: pointer([foreign.key]), code: "not_a_job", message: foreign.message };
  const found = recognizeOther(payload);
  if (found === undefined) return recognizeType(payload);
  const [key, kind] = found;
  const article = /^[aeiou]/.test(kind) ? "an" : "a";
  const message = `${key} shows that the document is ${article} ${kind}, not a job. ${useOf(kind, payload)}`;
  return { pointer: pointer([key]), code: "not_a_job", message };
}

function useOf(kind: Kind, { name, version, type }: Mapping): string {
  const named = typeof name === "string" && /^[\w.-]{1,80}$/.test(name) ? name : "NAME";
  const versionText = String(version);
  return uses[kind]
    .replace("NAME", named)
    .replace("VERSION", /^[\w.-]{1,30}$/.test(versionText) && version !== undefined ? versionText : "VERSION")
    .replace("TYPE", jobTypeNames.find((known) => known === type) ?? "command");
}

type Found = readonly [key: string, kind: Kind];

function recognizeOther(payload: Mapping): Found | undefined {
  const schema = schemaName(payload.$schema);
  if (schema.endsWith("job")) return undefined;
  const bySchema = schemas.find(([pattern]) => pattern.test(schema));
  if (bySchema !== undefined) return ["$schema", bySchema[1]];
  const byType = types.find(([pattern]) => typeof payload.type === "string" && pattern.test(payload.type));
  if (byType !== undefined) return ["type", byType[1]];
  if (bodyKeys.some((key) => has(payload, key))) return recognizeComponent(payload);
  return keys.find(([key]) => has(payload, key));
}

/** The name of the schema in a URL such as `https://.../commandComponent.schema.json`, in lowercase. */
function schemaName(url: Value | undefined): string {
  if (typeof url !== "string" || !url.endsWith(schemaSuffix)) return "";
  return url.slice(url.lastIndexOf("/") + 1, -schemaSuffix.length).toLowerCase();
}

const schemaSuffix = ".schema.json";

const schemas: readonly (readonly [RegExp, Kind])[] = [
  [/component$/, "component"],
  [/schedule$/, "schedule"],
  [/^environment$/, "environment"],
  [/^data$/, "data asset"],
  [/^model$/, "model"],
  [/endpoint$/, "endpoint"],
  [/deployment$/, "deployment"],
  [/compute/, "compute"],
  [/^azure(?:blob|file|datalake)|onelake/, "datastore"],
  [/^flow$/, "flow"],
];

const types: readonly (readonly [RegExp, Kind])[] = [
  [/^(?:uri_file|uri_folder|mltable)$/, "data asset"],
  [/^(?:mlflow|custom|triton)_model$/, "model"],
  [/^(?:amlcompute|computeinstance|kubernetes|virtualmachine|synapsespark)$/, "compute"],
  [/^(?:azure_(?:blob|file|data_lake_gen[12])|one_lake)$/, "datastore"],
];

/** Fields that jobs and components have, but no other documents. */
const bodyKeys = ["command", "jobs", "trial", "entry", "task"];

/** Fields of other documents that jobs do not have, in the order in which they are tested. */
const keys: readonly Found[] = [
  ["create_job", "schedule"],
  ["create_monitor", "schedule"],
  ["dependencies", "conda file"],
  ["endpoint_name", "deployment"],
  ["auth_mode", "endpoint"],
  ["image", "environment"],
  ["build", "environment"],
  ["conda_file", "environment"],
  ["nodes", "flow"],
  ["flavors", "model"],
  ["path", "data asset"],
];

/** Fields of jobs that components do not have. */
const jobKeys = ["compute", "experiment_name", "services", "settings"];

function recognizeComponent(payload: Mapping): Found | undefined {
  const key = ["version", "is_deterministic"].find((name) => has(payload, name));
  if (key === undefined || jobKeys.some((name) => has(payload, name))) return undefined;
  const inputs = isMapping(payload.inputs) ? Object.values(payload.inputs) : [];
  const areDeclared = inputs.every((input) => isMapping(input) && has(input, "type") && !has(input, "path"));
  return areDeclared ? [key, "component"] : undefined;
}

function has(mapping: Mapping, key: string): boolean {
  return Object.hasOwn(mapping, key);
}
