/** Settings of the one-machine edition: options win over the environment, that over local.settings.json, and that over the defaults here. */
import { join } from "node:path";
import { defined } from "../shared/lib/defined.ts";
import { lookUp, readLocalSettings } from "./host/settings/settings.ts";

export interface GivenSettings {
  readonly data: string;
  /** Options that were given by name; each stands for a setting. */
  readonly options: { readonly data: boolean; readonly backend?: string | undefined; readonly enableAuth: boolean };
  /** Settings that win over all others. */
  readonly settings: Readonly<Record<string, string>>;
}

type Settings = Readonly<Record<string, string>>;

/**
 * All settings that options, the file or defaults decide; they have the highest priority for the host. An empty value counts as missing.
 * @throws when local.settings.json cannot be read.
 */
export function serviceSettings(appDirectory: string, { data, options, settings }: GivenSettings): Settings {
  const file = readLocalSettings(appDirectory);
  const given = (name: string) => nonEmpty(lookUp(name, process.env)) ?? nonEmpty(lookUp(name, file));
  const fallbacks = Object.entries(defaults(data)).filter(([name]) => isOurs(name) || given(name) === undefined);
  const names = [...Object.keys(defaults(data)), ...Object.keys(file)].filter(isOurs);
  // By their exact names: the app refuses the others.
  const layered = names
    .map((name) => [name, nonEmpty(process.env[name]) ?? nonEmpty(file[name])] as const)
    .filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(fallbacks),
    ...(Object.fromEntries(layered) as Settings),
    ...byOption(data, options),
    ...settings,
  };
}

const isOurs = (name: string) => name.startsWith("JOBS_");
const nonEmpty = (value: string | undefined) => (value === "" ? undefined : value);

function defaults(data: string): Settings {
  return {
    JOBS_AUTH: "none",
    JOBS_BACKEND: "local",
    JOBS_DATA_DIR: join(data, "jobs"),
    JOBS_POLL_SCHEDULE: "*/2 * * * * *",
    // Under the time between two ticks, so that each tick looks at the young jobs.
    JOBS_POLL_MIN_SECONDS: "1",
    JOBS_HEAL_SCHEDULE: "0 * * * * *",
    JOBS_INBOX_SCHEDULE: "0 */5 * * * *",
    // The emulator answers one call at a time: more messages at once end no sooner, and let callers wait.
    AzureFunctionsJobHost__extensions__queues__batchSize: "4",
    AzureFunctionsJobHost__extensions__queues__newBatchThreshold: "2",
  };
}

function byOption(data: string, options: GivenSettings["options"]): Settings {
  return {
    ...(options.data ? { JOBS_DATA_DIR: join(data, "jobs") } : {}),
    ...defined({ JOBS_BACKEND: options.backend }),
    ...(options.enableAuth ? { JOBS_AUTH: "key" } : {}),
  };
}

const workspaceNames = ["JOBS_AZUREML_SUBSCRIPTION_ID", "JOBS_AZUREML_RESOURCE_GROUP", "JOBS_AZUREML_WORKSPACE"];

/** Whether this machine plays Azure ML: jobs go there, and no part of a workspace is named. */
export function playsAzureML(settings: Settings): boolean {
  return (
    settings.JOBS_BACKEND === "azureml" &&
    workspaceNames.every((name) => (nonEmpty(settings[name]) ?? nonEmpty(process.env[name])) === undefined)
  );
}
