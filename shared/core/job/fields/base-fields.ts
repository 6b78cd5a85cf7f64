/** Fields that a job of any type may have. @see azure/ai/ml/_schema/job/base_job.py */

import type * as z from "zod/mini";
import { isMapping, type Mapping } from "../../yaml/value.ts";
import { lookUp, mapOf } from "../schema/containers.ts";
import { choice, custom, parsePart, transformed } from "../schema/custom.ts";
import { enumOf, exact, lower } from "../schema/enums.ts";
import { fields } from "../schema/fields.ts";
import { wrongType } from "../schema/issues.ts";
import { anyMapping, integer, shownText, shownTextOrNull, text, textOrNull } from "../schema/scalars.ts";
import { optional, type Schema } from "../schema/schema.ts";
import { identity } from "./run-settings.ts";

/** Fields that only the service sets: dumps contain them, and they are ignored in submissions. */
export const readOnlyFields = ["id", "status", "creation_context", "log_files", "parameters", "$schema"] as const;

/**
 * Fields that only the responses of the service contain. A job sent as JSON may contain them, because clients may
 * resubmit a received job. In YAML they are rejected as unknown fields, as in the SDK.
 */
export const responseFields: readonly string[] = [
  ...[
    "studio_url",
    "error",
    "notice",
    "started_at",
    "finished_at",
    "status_observed_at",
    "archived",
    "revision",
    "warnings",
  ],
];

/** A compute; it is printed as `local` or with the prefix `azureml:`, regardless of the input form. */
export const compute: Schema<string | undefined> = custom(
  (value, payload) => {
    if (typeof value !== "string") return wrongType(payload, "the name of a compute, as text");
    const name = value.startsWith("azureml:") ? value.slice("azureml:".length) : value;
    if (lower(name) === "local") return "local";
    if (name === "") return undefined;
    return name.startsWith("azureml:") ? name : `azureml:${name}`;
  },
  { type: "string" },
);

const serviceFields = {
  port: optional(integer, "Port that the service listens on."),
  nodes: optional(
    enumOf(["all"], exact),
    "`all` runs the service on every machine of the job; by default it runs on the first one.",
  ),
  properties: optional(anyMapping, "Settings of the service."),
};
const serviceReadOnly = { readOnly: ["endpoint", "status", "error_message", "$schema"] };

function serviceType(type: string, own: { readonly [field: string]: z.ZodMiniOptional<Schema<string>> } = {}) {
  const shape = { type: optional(enumOf([type]), "Kind of service."), ...serviceFields, ...own };
  return transformed<ServiceField, ServiceField>(fields(shape, serviceReadOnly), (given) => ({ ...given, type }));
}

const serviceTypes: Readonly<Record<string, Schema<ServiceField>>> = {
  ssh: serviceType("ssh", {
    ssh_public_keys: optional(text, "Public SSH keys that are allowed to log in, in the format of `authorized_keys`."),
  }),
  tensor_board: serviceType("tensor_board", { log_dir: optional(text, "Folder of the logs that TensorBoard shows.") }),
  vs_code: serviceType("vs_code"),
  jupyter_lab: serviceType("jupyter_lab"),
};
const otherService = fields({ ...serviceFields, type: optional(text, "Kind of service.") }, serviceReadOnly);

/** An interactive service that runs beside a job. */
export type ServiceField = {
  readonly type?: string | undefined;
  readonly port?: number | bigint | undefined;
  readonly nodes?: "all" | undefined;
  readonly properties?: Mapping | undefined;
  readonly ssh_public_keys?: string | undefined;
  readonly log_dir?: string | undefined;
};

/** Without a type, the SDK uses the first kind that matches: `ssh`, or `tensor_board` if there is a `log_dir`. */
export const service: Schema<ServiceField> = choice<ServiceField>(
  (value) => {
    const writtenType = isMapping(value) ? value.type : undefined;
    const defaultType = isMapping(value) && Object.hasOwn(value, "log_dir") ? "tensor_board" : "ssh";
    const type = writtenType === undefined ? defaultType : typeof writtenType === "string" ? lower(writtenType) : "";
    return lookUp(serviceTypes, type) ?? otherService;
  },
  (convert) => ({ anyOf: [...Object.values(serviceTypes), otherService].map(convert) }),
);

const tagValues = mapOf(shownTextOrNull);
const tags: Schema<Readonly<Record<string, string | null>>> = custom(
  (value, payload, context) => {
    const read = parsePart(tagValues, value, payload, context) ?? {};
    for (const key of Object.keys(read)) parsePart(shownText, key, payload, context, key);
    return read;
  },
  (convert) => convert(tagValues),
);

export const baseFields = {
  name: optional(text, "Unique name of the job; generated if omitted."),
  display_name: optional(shownText, "Name shown in lists and pages; it need not be unique."),
  description: optional(shownText, "Purpose of the job."),
  experiment_name: optional(
    shownText,
    "Experiment that the job is listed under; by default the name of the folder of the job file.",
  ),
  tags: optional(tags, "Key-value pairs for searching and filtering; they can be changed after submission."),
  properties: optional(
    mapOf(textOrNull),
    "Key-value pairs with facts about the job; after submission, they can be added to, but not changed.",
  ),
  compute: optional(compute, "Compute that the job runs on: `azureml:` and the name of a compute, or `local`."),
  identity: optional(identity, "Identity that the job uses to access data and other resources."),
  services: optional(
    mapOf(service),
    "Interactive services that run beside the job, such as an editor or TensorBoard, by name.",
  ),
};

const { identity: _identity, ...withoutIdentity } = baseFields;
/** Base fields without `identity`, for types whose class in the SDK rejects it (the SDK's schema accepts it). */
export const baseFieldsWithoutIdentity = withoutIdentity;

/** Settings of the run of a command, which a job that Azure ML itself runs has no place for, unless it has the field. */
export const commandRunSettings: readonly string[] = [
  ...["compute", "identity", "environment", "environment_variables", "services"],
  ...["distribution", "limits", "resources", "queue_settings"],
];

export type JobFields = z.infer<z.ZodMiniObject<typeof baseFields>>;

const { compute: _compute, identity: _, services: _services, ...editable } = baseFields;
/** Fields that can be changed after submission. */
export const editableFields = fields(editable);
