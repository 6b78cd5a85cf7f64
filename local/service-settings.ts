/**
 * Settings of the one-machine edition. Priority: options, environment, local.settings.json, the defaults in this file.
 */
import { join } from "node:path";
import { defined } from "../shared/lib/defined.ts";
import { getSetting, readLocalSettings } from "./host/settings/settings.ts";

export interface SettingsSources {
  readonly data: string;
  /** Command line options, each of which sets one setting. */
  readonly options: { readonly data: boolean; readonly backend?: string | undefined; readonly enableAuth: boolean };
  /** Settings that override all others. */
  readonly settings: Readonly<Record<string, string>>;
}

type Settings = Readonly<Record<string, string>>;

/**
 * Returns the settings from options, file and defaults, which override the environment of the host. An empty value
 * counts as missing.
 * @throws when local.settings.json cannot be read.
 */
export function serviceSettings(appDirectory: string, { data, options, settings }: SettingsSources): Settings {
  const file = readLocalSettings(appDirectory);
  const isSet = (name: string) =>
    (nonEmpty(getSetting(name, process.env)) ?? nonEmpty(getSetting(name, file))) !== undefined;
  const fallbacks = Object.entries(defaults(data)).filter(([name]) => isAppSetting(name) || !isSet(name));
  const names = [...Object.keys(defaults(data)), ...Object.keys(file)].filter(isAppSetting);
  // Names are compared exactly here, because the app rejects settings with another case.
  const layered = names
    .map((name) => [name, nonEmpty(process.env[name]) ?? nonEmpty(file[name])] as const)
    .filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(fallbacks),
    ...(Object.fromEntries(layered) as Settings),
    ...optionSettings(data, options),
    ...settings,
  };
}

const isAppSetting = (name: string) => name.startsWith("JOBS_");
const nonEmpty = (value: string | undefined) => (value === "" ? undefined : value);

function defaults(data: string): Settings {
  return {
    JOBS_AUTH: "none",
    JOBS_BACKEND: "local",
    JOBS_DATA_DIR: join(data, "jobs"),
    JOBS_POLL_SCHEDULE: "*/2 * * * * *",
    // Less than the interval of the poll, so that each poll reads the status of new jobs.
    JOBS_POLL_MIN_SECONDS: "1",
    JOBS_HEAL_SCHEDULE: "0 * * * * *",
    JOBS_INBOX_SCHEDULE: "0 */5 * * * *",
    // Azurite handles one request at a time, so larger batches are not faster and delay HTTP callers.
    AzureFunctionsJobHost__extensions__queues__batchSize: "4",
    AzureFunctionsJobHost__extensions__queues__newBatchThreshold: "2",
  };
}

function optionSettings(data: string, options: SettingsSources["options"]): Settings {
  return {
    ...(options.data ? { JOBS_DATA_DIR: join(data, "jobs") } : {}),
    ...defined({ JOBS_BACKEND: options.backend }),
    ...(options.enableAuth ? { JOBS_AUTH: "key" } : {}),
  };
}

const workspaceNames = ["JOBS_AZUREML_SUBSCRIPTION_ID", "JOBS_AZUREML_RESOURCE_GROUP", "JOBS_AZUREML_WORKSPACE"];

/** True if the backend is Azure ML and no part of a workspace is set: a fake Azure ML then runs on this machine. */
export function usesFakeAzureML(settings: Settings): boolean {
  return (
    settings.JOBS_BACKEND === "azureml" &&
    workspaceNames.every((name) => (nonEmpty(settings[name]) ?? nonEmpty(process.env[name])) === undefined)
  );
}
