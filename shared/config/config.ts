/** The only reader of the environment. Settings and their meaning: docs/settings.md. */
import { resolve } from "node:path";
import * as z from "zod/mini";
import { defined } from "../lib/defined.ts";
import { isShellSafePath } from "../lib/is-shell-safe-path.ts";
import { type AzureMLConfig, azuremlSettings, readAzureML } from "./azureml-settings.ts";
import { count, oneOf, schedule, seconds, setting, text, url } from "./setting.ts";
import { readStorage, type StorageConnection } from "./storage-settings.ts";
import { unknownSettings } from "./unknown-settings.ts";

/** Every setting of the app. What is not listed here is not read. */
export const settings = {
  JOBS_AUTH: setting(
    oneOf("key", "entra", "none"),
    "Who may call: `key` (function keys), `entra` (App Service authentication, with roles) or `none` (loopback requests only, never in Azure).",
    "key",
  ),
  JOBS_BACKEND: setting(
    oneOf("local", "azureml"),
    "What runs jobs: `local` (processes on this machine, only in Development) or `azureml`.",
    "local",
  ),
  JOBS_DATA_DIR: setting(text, "Folder of the local backend: one folder per job.", ".jobgate"),
  JOBS_PUBLIC_URL: setting(
    z.optional(url),
    "Base of the URLs in answers. Default: made from `WEBSITE_HOSTNAME`.",
    undefined,
  ),
  JOBS_POLL_SCHEDULE: {
    form: schedule,
    meaning: "NCRONTAB schedule of `poll-jobs`; every 15 s in Azure, every 2 s locally.",
  },
  JOBS_HEAL_SCHEDULE: { form: schedule, meaning: "NCRONTAB schedule of `heal-jobs`; every minute." },
  JOBS_INBOX_SCHEDULE: {
    form: schedule,
    meaning: "NCRONTAB schedule of `sweep-inbox`, which finds the drops that no event told of; every 5 minutes.",
  },
  JOBS_POLL_MIN_SECONDS: setting(seconds(3600), "Seconds between two looks at a young job.", 2),
  JOBS_POLL_MAX_SECONDS: setting(seconds(86_400), "Seconds between two looks at an old job.", 60),
  JOBS_STORAGE_TIMEOUT_MS: setting(
    count(30_000),
    "Milliseconds that one storage call may take, retries included.",
    2500,
  ),
  JOBS_MAX_BODY_BYTES: setting(count(16_777_216), "Bytes of a job that is sent.", 262_144),
  JOBS_MAX_BUNDLE_BYTES: setting(count(104_857_600), "Bytes of a request that brings a job and its files.", 52_428_800),
  JOBS_MAX_SUBMISSIONS_PER_MINUTE: setting(
    z.optional(count(1000)),
    "Jobs that one owner may submit over HTTP in a minute, also all at once. Default: no limit.",
    undefined,
  ),
  JOBS_LOG_URL_MINUTES: setting(count(1440), "Minutes that a signed log URL of ours works.", 15),
  JOBS_LOCAL_MAX_RUNNING: setting(
    z.optional(count(1000)),
    "Jobs that the local backend runs at once. Default: twice the cores.",
    undefined,
  ),
  JOBS_LOCAL_KEEP_SECONDS: setting(
    seconds(86_400),
    "Seconds that the local backend keeps its copies of a finished job's log and outputs; then it uploads again what storage lost. Longer than storage may lose: Azurite saves its state every 5 s.",
    30,
  ),
  ...azuremlSettings,
} as const;

export interface Config {
  readonly auth: "key" | "entra" | "none";
  /** Whether App Service authentication is on: the platform says so, no setting of ours. */
  readonly platformAuthenticates: boolean;
  readonly backend: "local" | "azureml";
  /** Only with the backend `azureml`. */
  readonly azureml?: AzureMLConfig;
  readonly dataDirectory: string;
  readonly publicUrl: string;
  readonly pollMinSeconds: number;
  readonly pollMaxSeconds: number;
  readonly storageTimeoutMs: number;
  readonly maxBodyBytes: number;
  readonly maxBundleBytes: number;
  readonly maxSubmissionsPerMinute: number | undefined;
  readonly logUrlMinutes: number;
  readonly localMaxRunning: number | undefined;
  readonly localKeepSeconds: number;
  readonly storage: StorageConnection;
  /** Problems that do not stop a start; each is one line for the log. */
  readonly warnings: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Thrown at start; names every setting that is wrong and what it should be, never a value that may be secret. */
class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(problems: readonly string[]) {
    super(
      `Jobgate cannot start, ${problems.length === 1 ? "a setting is" : `${problems.length} settings are`} wrong:\n${problems.map((text) => `- ${text}`).join("\n")}`,
    );
  }
}

type Values = { readonly [Name in keyof typeof settings]: z.output<(typeof settings)[Name]["form"]> };

/** The settings with their defaults; undefined when one is wrong, which is then among the problems. */
function readSettings(env: Environment, problems: string[]): Values | undefined {
  const before = problems.length;
  const values = Object.entries(settings).map(([name, { form, ...rest }]) => {
    // An empty setting is one that was not made: local.settings.json keeps empty strings.
    if ((env[name] ?? "") === "" && "fallback" in rest) return [name, rest.fallback];
    const { data, error } = form.safeParse(env[name] === "" ? undefined : env[name]);
    if (error !== undefined) problems.push(`${name}: ${error.issues[0]?.message}.`);
    return [name, data];
  });
  return problems.length === before ? (Object.fromEntries(values) as Values) : undefined;
}

/** Reads and checks all settings at once. @throws ConfigError naming every one that is wrong. */
export function readConfig(env: Environment): Config {
  const problems: string[] = [];
  const values = readSettings(env, problems);
  const storage = readStorage(env, problems);
  if (values !== undefined && values.JOBS_POLL_MAX_SECONDS < values.JOBS_POLL_MIN_SECONDS) {
    problems.push(
      `JOBS_POLL_MAX_SECONDS: ${values.JOBS_POLL_MAX_SECONDS} is less than JOBS_POLL_MIN_SECONDS (${values.JOBS_POLL_MIN_SECONDS}).`,
    );
  }
  if (values?.JOBS_BACKEND === "local" && !isShellSafePath(resolve(values.JOBS_DATA_DIR))) {
    problems.push(
      `JOBS_DATA_DIR: commands name ${JSON.stringify(resolve(values.JOBS_DATA_DIR))} without quotes; choose a folder (npm start: --data) of letters, digits and _ . / @ + , = ~ - only.`,
    );
  }
  const azureml = values?.JOBS_BACKEND === "azureml" ? readAzureML(values, problems) : undefined;
  const inDevelopment = env.AZURE_FUNCTIONS_ENVIRONMENT === "Development";
  if (values !== undefined && !inDevelopment) refuseOutsideDevelopment(values.JOBS_AUTH, values.JOBS_BACKEND, problems);
  const unknown = unknownSettings(env, Object.keys(settings));
  // In Azure, a setting of a newer version must not stop an older one that starts beside it.
  if (inDevelopment) problems.push(...unknown);
  const warnings = inDevelopment || unknown.length === 0 ? [] : [`Settings without effect: ${unknown.join(" ")}`];
  if (problems.length > 0 || values === undefined || storage === undefined) throw new ConfigError(problems);
  return {
    auth: values.JOBS_AUTH,
    platformAuthenticates: env.WEBSITE_AUTH_ENABLED?.toLowerCase() === "true",
    backend: values.JOBS_BACKEND,
    ...defined({ azureml }),
    dataDirectory: values.JOBS_DATA_DIR,
    publicUrl: (values.JOBS_PUBLIC_URL ?? defaultUrl(env.WEBSITE_HOSTNAME)).replace(/(?<!\/)\/+$/, ""),
    pollMinSeconds: values.JOBS_POLL_MIN_SECONDS,
    pollMaxSeconds: values.JOBS_POLL_MAX_SECONDS,
    storageTimeoutMs: values.JOBS_STORAGE_TIMEOUT_MS,
    maxBodyBytes: values.JOBS_MAX_BODY_BYTES,
    maxBundleBytes: values.JOBS_MAX_BUNDLE_BYTES,
    maxSubmissionsPerMinute: values.JOBS_MAX_SUBMISSIONS_PER_MINUTE,
    logUrlMinutes: values.JOBS_LOG_URL_MINUTES,
    localMaxRunning: values.JOBS_LOCAL_MAX_RUNNING,
    localKeepSeconds: values.JOBS_LOCAL_KEEP_SECONDS,
    storage,
    warnings,
  };
}

/** Reads how to reach the storage account, for programs that need nothing else. @throws ConfigError naming what is wrong. */
export function readStorageConnection(env: Environment): StorageConnection {
  const problems: string[] = [];
  const storage = readStorage(env, problems);
  if (problems.length > 0 || storage === undefined) throw new ConfigError(problems);
  return storage;
}

/** Both would let a stranger run commands or spend money, so neither starts anywhere but on a developer's machine. */
function refuseOutsideDevelopment(auth: string, backend: string, problems: string[]): void {
  const only = "is only for AZURE_FUNCTIONS_ENVIRONMENT=Development, which the local hosts set";
  if (auth === "none") problems.push(`JOBS_AUTH: \`none\` ${only}; use \`key\` or \`entra\`.`);
  if (backend === "local") problems.push(`JOBS_BACKEND: \`local\` ${only}.`);
}

function defaultUrl(hostname: string | undefined): string {
  if (hostname === undefined || hostname === "") return "http://localhost:7071";
  return /^(localhost|127\.0\.0\.1|\[::1\])(:|$)/.test(hostname) ? `http://${hostname}` : `https://${hostname}`;
}
