/** The settings of the Azure ML backend. */
import * as z from "zod/mini";
import { defined } from "../lib/defined.ts";
import { isLoopbackUrl } from "../lib/loopback.ts";
import { count, oneOf, setting, text } from "./setting.ts";

/** A token goes there, so it is https, or this machine. */
const isSafeUrl = (value: string) =>
  URL.canParse(value) &&
  (new URL(value).protocol === "https:" || (new URL(value).protocol === "http:" && isLoopbackUrl(value)));
const safeUrl = text.check(
  z.refine(
    (value) => isSafeUrl(value) && /^https?:\/\/[^/?#@]+\/?$/.test(value),
    "must be an https URL without a path; http is only for this machine",
  ),
);
const isPlace = (place: string) =>
  /^([a-z0-9-]+\.)+[a-z]+$/.test(place) || (/^http:\/\/[^/]+:\d+$/.test(place) && isSafeUrl(place));
const places = text.check(
  z.refine(
    (value) => value.split(",").every(isPlace),
    "must be domains such as `blob.core.windows.net`, separated by commas, or an http address of this machine with its port",
  ),
);
/** As Azure has them; they become part of a URL. */
const word = (pattern: RegExp, what: string) => z.optional(text.check(z.regex(pattern, `must be ${what}`)));

export const azuremlSettings = {
  JOBS_AZUREML_SUBSCRIPTION_ID: setting(
    word(/^[0-9a-fA-F-]{36}$/, "the id of a subscription, 36 digits and dashes"),
    "Subscription of the Azure ML workspace.",
    undefined,
  ),
  JOBS_AZUREML_RESOURCE_GROUP: setting(
    word(/^[\p{L}\p{N}._()-]{1,90}$/u, "the name of a resource group, without slashes"),
    "Resource group of the workspace.",
    undefined,
  ),
  JOBS_AZUREML_WORKSPACE: setting(
    word(/^[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}$/, "the name of a workspace, 3 to 33 letters, digits, - and _"),
    "Name of the workspace.",
    undefined,
  ),
  JOBS_AZUREML_CLIENT_ID: setting(
    z.optional(text),
    "User-assigned identity that calls Azure ML. Default: the system-assigned one or, on a developer's machine, who is signed in.",
    undefined,
  ),
  JOBS_AZUREML_ARM_URL: setting(
    safeUrl,
    "Azure Resource Manager; another one in sovereign clouds. An http address of this machine is asked without an identity.",
    "https://management.azure.com",
  ),
  JOBS_AZUREML_DATA_URL: setting(
    z.optional(safeUrl),
    "The workspace's data plane, e.g. `https://westus.api.azureml.ms`. Default: what the workspace says.",
    undefined,
  ),
  JOBS_AZUREML_AUDIENCE: setting(
    z.optional(safeUrl),
    "Whom tokens are for. Default: `JOBS_AZUREML_ARM_URL`.",
    undefined,
  ),
  JOBS_AZUREML_STUDIO_URL: setting(
    safeUrl,
    "The studio, whom the second token of pipelines is for; another one in sovereign clouds.",
    "https://ml.azure.com",
  ),
  JOBS_AZUREML_API_VERSION: setting(
    text.check(z.regex(/^\d{4}-\d{2}-\d{2}(-preview)?$/, "must be a version such as `2025-12-01`")),
    "Version of the Azure ML API. Finetuning and distillation jobs need a preview.",
    "2025-12-01",
  ),
  JOBS_AZUREML_LOG_HOSTS: setting(
    places,
    "Domains that logs are fetched from, separated by commas.",
    "blob.core.windows.net",
  ),
  JOBS_AZUREML_BATCH: setting(
    oneOf("true", "false"),
    "Whether fifty jobs are looked at by one call, which is in no public description of Azure ML.",
    "false",
  ),
  JOBS_AZUREML_TIMEOUT_MS: setting(
    count(60_000),
    "Milliseconds that one call to Azure ML may take, retries included; three times as many for one that writes.",
    10_000,
  ),
} as const;

/** The workspace that jobs go to, and how it is reached. */
export interface AzureMLConfig {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly workspace: string;
  readonly clientId?: string;
  readonly armUrl: string;
  readonly dataUrl?: string;
  readonly audience: string;
  readonly studioUrl: string;
  readonly apiVersion: string;
  readonly logHosts: readonly string[];
  readonly batch: boolean;
  readonly timeoutMs: number;
}

type AzureMLValues = {
  readonly [Name in keyof typeof azuremlSettings]: z.output<(typeof azuremlSettings)[Name]["form"]>;
};

/** Undefined when one of the names is missing, which is then among the problems. */
export function readAzureML(values: AzureMLValues, problems: string[]): AzureMLConfig | undefined {
  const names = ["JOBS_AZUREML_SUBSCRIPTION_ID", "JOBS_AZUREML_RESOURCE_GROUP", "JOBS_AZUREML_WORKSPACE"] as const;
  const [subscriptionId, resourceGroup, workspace] = names.map((name) => values[name]);
  for (const name of names)
    if (values[name] === undefined) problems.push(`${name}: is missing; JOBS_BACKEND=azureml needs it.`);
  if (subscriptionId === undefined || resourceGroup === undefined || workspace === undefined) return undefined;
  const bare = (address: string) => address.replace(/\/$/, "");
  const { JOBS_AZUREML_CLIENT_ID: clientId, JOBS_AZUREML_DATA_URL: dataUrl } = values;
  return {
    subscriptionId,
    resourceGroup,
    workspace,
    ...defined({ clientId }),
    armUrl: bare(values.JOBS_AZUREML_ARM_URL),
    ...(dataUrl === undefined ? {} : { dataUrl: bare(dataUrl) }),
    audience: bare(values.JOBS_AZUREML_AUDIENCE ?? values.JOBS_AZUREML_ARM_URL),
    studioUrl: bare(values.JOBS_AZUREML_STUDIO_URL),
    apiVersion: values.JOBS_AZUREML_API_VERSION,
    logHosts: values.JOBS_AZUREML_LOG_HOSTS.split(","),
    batch: values.JOBS_AZUREML_BATCH === "true",
    timeoutMs: values.JOBS_AZUREML_TIMEOUT_MS,
  };
}
