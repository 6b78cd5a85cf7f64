/** The configuration of the service, read once from the environment. @see ./settings.ts for the settings themselves. */
import { resolve } from "node:path";
import { defined } from "../lib/defined.ts";
import { isShellSafePath } from "../lib/is-shell-safe-path.ts";
import { isLoopbackHost } from "../lib/loopback.ts";
import { readAzureMLConfig } from "./azureml-config.ts";
import { type SettingValues, settings } from "./settings.ts";
import { parseStorageConnection, type StorageConnection } from "./storage-connection.ts";
import { unknownSettings } from "./unknown-settings.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Configuration of the service. */
export type Config = Readonly<ReturnType<typeof readConfig>>;

/**
 * Reads and validates all settings.
 * @throws ConfigError with one line for each invalid, missing or (in Development) unknown setting.
 */
export function readConfig(env: Environment) {
  const problems: string[] = [];
  const inDevelopment = env.AZURE_FUNCTIONS_ENVIRONMENT === "Development";
  const values = parseSettings(env, problems);
  const storage = parseStorageConnection(env, problems);
  if (values !== undefined) checkCombinations(values, inDevelopment, problems);
  const azureml = values?.JOBS_BACKEND === "azureml" ? readAzureMLConfig(values, problems) : undefined;
  const unknown = unknownSettings(env, Object.keys(settings));
  // In Azure, a setting of a newer version must not stop an older instance that starts during the deployment.
  if (inDevelopment) problems.push(...unknown);
  if (problems.length > 0 || values === undefined || storage === undefined) throw new ConfigError(problems);
  return {
    auth: values.JOBS_AUTH,
    /** True if App Service authentication is on; Azure sets the variable. */
    platformAuthenticates: env.WEBSITE_AUTH_ENABLED?.toLowerCase() === "true",
    backend: values.JOBS_BACKEND,
    /** Present if the backend is `azureml`. */
    ...defined({ azureml }),
    dataDirectory: values.JOBS_DATA_DIR,
    publicUrl: (values.JOBS_PUBLIC_URL ?? urlOfHost(env.WEBSITE_HOSTNAME)).replace(/(?<!\/)\/+$/, ""),
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
    /** Problems that do not stop the app; each is one line for the log. */
    warnings: unknown.length === 0 ? [] : [`Settings without effect: ${unknown.join(" ")}`],
  };
}

/**
 * Reads the connection to the storage account, for programs that use no other setting.
 * @throws ConfigError if it is missing or invalid.
 */
export function readStorageConnection(env: Environment): StorageConnection {
  const problems: string[] = [];
  const storage = parseStorageConnection(env, problems);
  if (problems.length > 0 || storage === undefined) throw new ConfigError(problems);
  return storage;
}

/**
 * Thrown at start for invalid settings. The message lists each of them with the accepted values, but no value that may
 * be secret.
 */
class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(problems: readonly string[]) {
    const count = problems.length === 1 ? "a setting is" : `${problems.length} settings are`;
    super(`Jobgate cannot start: ${count} invalid:\n${problems.map((text) => `- ${text}`).join("\n")}`);
  }
}

/** Parses each setting separately. Adds the invalid ones to `problems` and returns undefined if there are any. */
function parseSettings(env: Environment, problems: string[]): SettingValues | undefined {
  const before = problems.length;
  const values = Object.entries(settings).map(([name, setting]) => {
    // local.settings.json has unused settings as empty strings, so an empty value counts as missing.
    const rawValue = env[name] === "" ? undefined : env[name];
    if (rawValue === undefined && "default" in setting) return [name, setting.default];
    const { data, error } = setting.schema.safeParse(rawValue);
    if (error !== undefined) problems.push(`${name}: ${error.issues[0]?.message}.`);
    return [name, data];
  });
  // Each value was parsed by the schema of its name.
  return problems.length === before ? (Object.fromEntries(values) as SettingValues) : undefined;
}

/** Adds to `problems` the settings whose value is not allowed in combination with another setting. */
function checkCombinations(values: SettingValues, inDevelopment: boolean, problems: string[]): void {
  const { JOBS_POLL_MIN_SECONDS: min, JOBS_POLL_MAX_SECONDS: max, JOBS_BACKEND: backend, JOBS_AUTH: auth } = values;
  if (max < min) problems.push(`JOBS_POLL_MAX_SECONDS: ${max} is less than JOBS_POLL_MIN_SECONDS (${min}).`);
  const directory = resolve(values.JOBS_DATA_DIR);
  if (backend === "local" && !isShellSafePath(directory)) {
    problems.push(
      `JOBS_DATA_DIR: job commands contain the path ${JSON.stringify(directory)} without quotes; choose a folder ` +
        "(npm start: --data) of letters, digits and _ . / @ + , = ~ - only.",
    );
  }
  if (inDevelopment) return;
  // With either value, any client that can connect to the port can run commands or submit jobs.
  const only = "is only for AZURE_FUNCTIONS_ENVIRONMENT=Development, which the local hosts set";
  if (auth === "none") problems.push(`JOBS_AUTH: \`none\` ${only}; use \`key\` or \`entra\`.`);
  if (backend === "local") problems.push(`JOBS_BACKEND: \`local\` ${only}; use \`azureml\`.`);
}

/** The public URL of an app with this host name. */
function urlOfHost(host: string | undefined): string {
  if (host === undefined || host === "") return "http://localhost:7071";
  return isLoopbackHost(host) ? `http://${host}` : `https://${host}`;
}
