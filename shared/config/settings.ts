/**
 * All settings of the service. A new setting is an entry here and a line in `readConfig`; docs/settings.md and
 * local.settings.sample.json repeat this table, and a test compares them.
 */
import * as z from "zod/mini";
import { count, logHosts, matching, oneOf, schedule, seconds, text, tokenUrl, url } from "./setting-values.ts";

interface Setting<Schema extends z.ZodMiniType> {
  readonly schema: Schema;
  /** Text for docs/settings.md. */
  readonly description: string;
}

interface SettingWithDefault<Schema extends z.ZodMiniType> extends Setting<Schema> {
  /** Value if the variable is missing or empty. */
  readonly default: z.output<Schema>;
}

function required<Schema extends z.ZodMiniType>(schema: Schema, description: string): Setting<Schema> {
  return { schema, description };
}

function optional<Schema extends z.ZodMiniType>(
  schema: Schema,
  description: string,
): SettingWithDefault<z.ZodMiniOptional<Schema>> {
  return { schema: z.optional(schema), description, default: undefined };
}

function withDefault<Schema extends z.ZodMiniType>(
  schema: Schema,
  value: z.output<Schema>,
  description: string,
): SettingWithDefault<Schema> {
  return { schema, description, default: value };
}

/** Schema, description and default of every environment variable that begins with `JOBS_`. */
export const settings = {
  JOBS_AUTH: withDefault(
    oneOf("key", "entra", "none"),
    "key",
    "Authentication of callers: `key` (function keys), `entra` (App Service authentication, with roles) or `none` " +
      "(requests to localhost only, never in Azure).",
  ),
  JOBS_BACKEND: withDefault(
    oneOf("local", "azureml"),
    "local",
    "Backend that runs jobs: `local` (processes on this machine, only in Development) or `azureml`.",
  ),
  JOBS_DATA_DIR: withDefault(text, ".jobgate", "Folder of the local backend; it contains one folder per job."),
  JOBS_PUBLIC_URL: optional(url, "Base of the URLs in responses. Default: derived from `WEBSITE_HOSTNAME`."),
  JOBS_POLL_SCHEDULE: required(
    schedule,
    "NCRONTAB schedule of `poll-jobs`, for example every 15 s in Azure and every 2 s locally.",
  ),
  JOBS_HEAL_SCHEDULE: required(schedule, "NCRONTAB schedule of `heal-jobs`, for example every minute."),
  JOBS_INBOX_SCHEDULE: required(
    schedule,
    "NCRONTAB schedule of `sweep-inbox`, which finds dropped files whose event was lost, for example every " +
      "5 minutes.",
  ),
  JOBS_POLL_MIN_SECONDS: withDefault(
    seconds(3600),
    2,
    "Shortest interval in seconds between two status requests for the same job. The interval is a tenth of the job's " +
      "age.",
  ),
  JOBS_POLL_MAX_SECONDS: withDefault(
    seconds(86_400),
    60,
    "Longest interval in seconds between two status requests for the same job.",
  ),
  JOBS_STORAGE_TIMEOUT_MS: withDefault(
    count(30_000),
    2500,
    "Time limit of one storage call in milliseconds, retries included.",
  ),
  JOBS_MAX_BODY_BYTES: withDefault(count(16_777_216), 262_144, "Largest accepted job document in bytes."),
  JOBS_MAX_BUNDLE_BYTES: withDefault(
    count(104_857_600),
    52_428_800,
    "Largest accepted request body in bytes that contains a job and its files.",
  ),
  JOBS_MAX_SUBMISSIONS_PER_MINUTE: optional(
    count(1000),
    "Number of jobs that one owner may submit over HTTP per minute, possibly in one burst. Default: no limit.",
  ),
  JOBS_LOG_URL_MINUTES: withDefault(count(1440), 15, "Minutes for which a log URL signed by the service is valid."),
  JOBS_LOCAL_MAX_RUNNING: optional(
    count(1000),
    "Number of jobs that the local backend runs at the same time. Default: twice the number of CPU cores.",
  ),
  JOBS_LOCAL_KEEP_SECONDS: withDefault(
    seconds(86_400),
    30,
    "Seconds until the local backend checks the stored log and outputs of a finished job, uploads missing ones again " +
      "and deletes its copies. A crash of Azurite loses data of the last 5 s, so use a longer time.",
  ),
  JOBS_AZUREML_SUBSCRIPTION_ID: optional(
    matching(/^[0-9a-fA-F-]{36}$/, "the id of a subscription, 36 hexadecimal digits and dashes"),
    "Subscription of the Azure ML workspace.",
  ),
  JOBS_AZUREML_RESOURCE_GROUP: optional(
    matching(/^[\p{L}\p{N}._()-]{1,90}$/u, "the name of a resource group, without slashes"),
    "Resource group of the workspace.",
  ),
  JOBS_AZUREML_WORKSPACE: optional(
    matching(/^[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}$/, "the name of a workspace, 3 to 33 letters, digits, - and _"),
    "Name of the workspace.",
  ),
  JOBS_AZUREML_CLIENT_ID: optional(
    text,
    "Client id of the user-assigned identity that calls Azure ML. Default: the system-assigned identity or, on a " +
      "developer's machine, the signed-in user.",
  ),
  JOBS_AZUREML_ARM_URL: withDefault(
    tokenUrl,
    "https://management.azure.com",
    "URL of Azure Resource Manager; sovereign clouds use another URL. Requests to an http URL of this machine carry " +
      "no Azure token.",
  ),
  JOBS_AZUREML_DATA_URL: optional(
    tokenUrl,
    "URL of the workspace's data plane, e.g. `https://westus.api.azureml.ms`. Default: read from the workspace.",
  ),
  JOBS_AZUREML_AUDIENCE: optional(tokenUrl, "Audience of access tokens. Default: `JOBS_AZUREML_ARM_URL`."),
  JOBS_AZUREML_STUDIO_URL: withDefault(
    tokenUrl,
    "https://ml.azure.com",
    "URL of the studio, the audience of the second access token of pipelines; sovereign clouds use another URL.",
  ),
  JOBS_AZUREML_API_VERSION: withDefault(
    matching(/^\d{4}-\d{2}-\d{2}(-preview)?$/, "a version such as `2025-12-01`"),
    "2025-12-01",
    "Version of the Azure ML API. Finetuning and distillation jobs need a preview version.",
  ),
  JOBS_AZUREML_LOG_HOSTS: withDefault(
    logHosts,
    "blob.core.windows.net",
    "Domains from which logs may be downloaded, separated by commas.",
  ),
  JOBS_AZUREML_BATCH: withDefault(
    oneOf("true", "false"),
    "false",
    "`true` requests the status of fifty jobs in one call, by an API that Azure ML does not document.",
  ),
  JOBS_AZUREML_TIMEOUT_MS: withDefault(
    count(60_000),
    10_000,
    "Time limit of one call to Azure ML in milliseconds, retries included; calls that write get three times as long.",
  ),
} as const;

/** Parsed value of every setting. */
export type SettingValues = { readonly [Name in keyof typeof settings]: z.output<(typeof settings)[Name]["schema"]> };
