/** App settings for bindings: local.settings.json, `%name%` and connections. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TokenCredential } from "@azure/identity";
import { defined } from "../../../shared/lib/defined.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Connection to one storage service. */
export type ServiceConnection =
  | { readonly connectionString: string }
  | { readonly uri: string; readonly credential: () => Promise<TokenCredential> };

/** Path of local.settings.json; undefined if it does not exist. */
export function localSettingsFile(directory: string): string | undefined {
  const file = join(directory, "local.settings.json");
  return existsSync(file) ? file : undefined;
}

/**
 * Values and connection strings of local.settings.json, empty if it is missing.
 * @throws if it is encrypted or not JSON.
 */
export function readLocalSettings(directory: string): Readonly<Record<string, string>> {
  const file = join(directory, "local.settings.json");
  let content: {
    IsEncrypted?: boolean;
    Values?: Record<string, string | null>;
    ConnectionStrings?: Record<string, string | { ConnectionString: string }>;
  };
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw new Error(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  // Core Tools treats a missing IsEncrypted as true, and then fails to decrypt plain text.
  if (content.IsEncrypted !== false)
    throw new Error(`${file}: "IsEncrypted" must be false, because encrypted settings are not supported.`);
  const strings = Object.entries(content.ConnectionStrings ?? {}).map(([name, value]) => [
    `ConnectionStrings:${name}`,
    typeof value === "string" ? value : value.ConnectionString,
  ]);
  const values = Object.entries(content.Values ?? {}).filter(([, value]) => value !== null);
  return Object.fromEntries([...values, ...strings]);
}

/** Replaces each `%name%` by the setting with that name. @throws with the name of a missing setting. */
export function resolveSettings(text: string, env: Environment): string {
  return text.replaceAll(/%([^%]+)%/g, (whole, name: string) => {
    const value = getSetting(name, env);
    if (value === undefined) throw new Error(`'${whole}' does not resolve to a value`);
    return value;
  });
}

/** A setting by name, ignoring case and the difference between `:` and `__`, as in .NET. */
export function getSetting(name: string, env: Environment): string | undefined {
  if (env[name] !== undefined) return env[name];
  const canonicalName = canonical(name);
  return Object.entries(env).find(([key, value]) => value !== undefined && canonical(key) === canonicalName)?.[1];
}

const canonical = (name: string) => name.replaceAll("__", ":").toLowerCase();

/**
 * Resolves the connection of a binding for one storage service.
 * @throws with the message of the real host if it is missing.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-reference#connections
 */
export function resolveConnection(
  name: string | undefined,
  service: "blob" | "queue",
  env: Environment,
): ServiceConnection {
  const setting = name === undefined || name === "" ? "AzureWebJobsStorage" : resolveSettings(name, env);
  const prefixed = setting.toLowerCase().startsWith("azurewebjobs") ? setting : `AzureWebJobs${setting}`;
  for (const candidate of [prefixed, setting]) {
    const connectionString = getSetting(`ConnectionStrings:${candidate}`, env) ?? getSetting(candidate, env);
    if (connectionString !== undefined && connectionString !== "") return { connectionString };
    const uri = serviceUri(candidate, service, env);
    if (uri !== undefined) return { uri, credential: () => credentialOf(candidate, env) };
  }
  throw new Error(
    `Storage account connection string '${prefixed}' does not exist. Make sure that it is a defined App Setting.`,
  );
}

function serviceUri(name: string, service: "blob" | "queue", env: Environment): string | undefined {
  const uri = getSetting(`${name}__${service}ServiceUri`, env) ?? getSetting(`${name}__serviceUri`, env);
  const account = getSetting(`${name}__accountName`, env);
  return uri ?? (account === undefined ? undefined : `https://${account}.${service}.core.windows.net`);
}

async function credentialOf(name: string, env: Environment): Promise<TokenCredential> {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import("@azure/identity");
  const clientId = getSetting(`${name}__clientId`, env);
  if (getSetting(`${name}__credential`, env)?.toLowerCase() === "managedidentity") {
    return clientId === undefined ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId });
  }
  const tenantId = getSetting(`${name}__tenantId`, env);
  return new DefaultAzureCredential({
    ...defined({ managedIdentityClientId: clientId || undefined, tenantId: tenantId || undefined }),
  });
}
