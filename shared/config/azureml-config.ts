import { defined } from "../lib/defined.ts";
import type { SettingValues } from "./settings.ts";

/** The Azure ML workspace of the backend `azureml`, and the settings of calls to it. URLs have no trailing slash. */
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

/**
 * Reads the `JOBS_AZUREML_` settings. Adds every missing part of the workspace's name to `problems` and returns
 * undefined.
 */
export function readAzureMLConfig(values: SettingValues, problems: string[]): AzureMLConfig | undefined {
  const names = ["JOBS_AZUREML_SUBSCRIPTION_ID", "JOBS_AZUREML_RESOURCE_GROUP", "JOBS_AZUREML_WORKSPACE"] as const;
  const [subscriptionId, resourceGroup, workspace] = names.map((name) => values[name]);
  for (const name of names)
    if (values[name] === undefined) problems.push(`${name}: is missing; it is required for JOBS_BACKEND=azureml.`);
  if (subscriptionId === undefined || resourceGroup === undefined || workspace === undefined) return undefined;
  return {
    subscriptionId,
    resourceGroup,
    workspace,
    ...defined({
      clientId: values.JOBS_AZUREML_CLIENT_ID,
      dataUrl: values.JOBS_AZUREML_DATA_URL === undefined ? undefined : withoutSlash(values.JOBS_AZUREML_DATA_URL),
    }),
    armUrl: withoutSlash(values.JOBS_AZUREML_ARM_URL),
    audience: withoutSlash(values.JOBS_AZUREML_AUDIENCE ?? values.JOBS_AZUREML_ARM_URL),
    studioUrl: withoutSlash(values.JOBS_AZUREML_STUDIO_URL),
    apiVersion: values.JOBS_AZUREML_API_VERSION,
    logHosts: values.JOBS_AZUREML_LOG_HOSTS.split(","),
    batch: values.JOBS_AZUREML_BATCH === "true",
    timeoutMs: values.JOBS_AZUREML_TIMEOUT_MS,
  };
}

function withoutSlash(url: string): string {
  return url.replace(/\/$/, "");
}
