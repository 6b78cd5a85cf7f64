/** Fields that a job of any type may have. @see azure/ai/ml/_schema/job/base_job.py */
import * as z from "zod/mini";
import { isMapping, type Mapping } from "../../yaml/value.ts";
import { fields, lookUp, mapOf } from "../schema/containers.ts";
import { reportWrong } from "../schema/diagnostics.ts";
import { lower, same, word } from "../schema/enums.ts";
import { anyMapping, integer, shownText, shownTextOrNull, text, textOrNull } from "../schema/scalars.ts";
import { jsonSchema, optional, type Piece, piece, readBy } from "../schema/schema.ts";
import { identity } from "./run-settings.ts";

/** Fields that only the service sets: a dumped job contains them, and they are ignored when a job is read. */
export const readOnlyFields = ["id", "status", "creation_context", "log_files", "parameters", "$schema"] as const;

/**
 * Fields that the service adds to the JSON of a job in its responses only. A job sent as JSON may contain them, because
 * clients send received jobs back; in YAML they are unknown fields, as in the SDK.
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

/** A compute; it is printed as `local` or with the prefix `azureml:`, however it was written. */
export const compute: Piece<string | undefined> = piece(
  (value, report) => {
    if (typeof value !== "string") {
      reportWrong(report, value, "the name of a compute, as text");
      return undefined;
    }
    const name = value.startsWith("azureml:") ? value.slice("azureml:".length) : value;
    if (lower(name) === "local") return "local";
    if (name === "") return undefined;
    return name.startsWith("azureml:") ? name : `azureml:${name}`;
  },
  () => ({ type: "string" }),
);

const serviceFields = {
  port: optional(integer, "Port that the service listens on."),
  nodes: optional(
    word(["all"], same),
    "`all` runs the service on every machine of the job; by default it runs on the first one.",
  ),
  properties: optional(anyMapping, "Settings of the service."),
};
const serviceReadOnly = { readOnly: ["endpoint", "status", "error_message", "$schema"] };

function serviceOf(type: string): typeof serviceFields & { type: z.ZodMiniOptional<Piece<string>> } {
  return { type: optional(word([type]), "Kind of service."), ...serviceFields };
}

const sshService = fields(
  {
    ...serviceOf("ssh"),
    ssh_public_keys: optional(text, "Public SSH keys that may log in, in the format of `authorized_keys`."),
  },
  serviceReadOnly,
);
const tensorBoardService = fields(
  { ...serviceOf("tensor_board"), log_dir: optional(text, "Folder of the logs that TensorBoard shows.") },
  serviceReadOnly,
);
const serviceKinds: Readonly<Record<string, Piece<ServiceField>>> = {
  ssh: sshService,
  tensor_board: tensorBoardService,
  vs_code: fields(serviceOf("vs_code"), serviceReadOnly),
  jupyter_lab: fields(serviceOf("jupyter_lab"), serviceReadOnly),
};
const otherService = fields({ ...serviceFields, type: optional(text, "Kind of service.") }, serviceReadOnly);

/** An interactive service that runs beside a job. */
export interface ServiceField {
  readonly type?: string | undefined;
  readonly port?: number | bigint | undefined;
  readonly nodes?: "all" | undefined;
  readonly properties?: Mapping | undefined;
  readonly ssh_public_keys?: string | undefined;
  readonly log_dir?: string | undefined;
}

/** Without a type, the SDK chooses the first kind that fits: `ssh`, or `tensor_board` if there is a `log_dir`. */
export const service: Piece<ServiceField> = piece(
  (value, report) => {
    const given = isMapping(value) ? value.type : undefined;
    const guessed = isMapping(value) && Object.hasOwn(value, "log_dir") ? "tensor_board" : "ssh";
    const type = given === undefined ? guessed : typeof given === "string" ? lower(given) : "";
    const kind = lookUp(serviceKinds, type) ?? otherService;
    return { ...readBy(kind, value, report), ...(Object.hasOwn(serviceKinds, type) ? { type } : {}) };
  },
  () => ({ anyOf: [...Object.values(serviceKinds), otherService].map(jsonSchema) }),
);

const tagValues = mapOf(shownTextOrNull);
const tags: Piece<Readonly<Record<string, string | null>>> = piece(
  (value, report) => {
    const read = readBy(tagValues, value, report) ?? {};
    for (const key of Object.keys(read)) readBy(shownText, key, report, [key]);
    return read;
  },
  () => jsonSchema(tagValues),
);

export const baseFields = {
  name: optional(text, "Unique name of the job; generated if omitted."),
  display_name: optional(shownText, "Name shown in lists and pages; it need not be unique."),
  description: optional(shownText, "Purpose of the job."),
  experiment_name: optional(
    shownText,
    "Experiment that the job is listed under; by default the name of the folder that the job was loaded from.",
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
/** Base fields of the types without an identity: the SDK's schema accepts one, but its class rejects it. */
export const baseFieldsWithoutIdentity = withoutIdentity;

const base = z.object(baseFields);
export type JobFields = z.infer<typeof base>;
