/** Connections to a teacher's endpoint, with their credentials. @see azure/ai/ml/_schema/workspace/connections */

import type { Report } from "../../diagnostic.ts";
import { isMapping, type Mapping, type Value } from "../../yaml/value.ts";
import { byType, mapOf, oneOf } from "../schema/containers.ts";
import { custom, transformed } from "../schema/custom.ts";
import { enumOf, snake } from "../schema/enums.ts";
import { fields } from "../schema/fields.ts";
import { addIssue, wrongValue } from "../schema/issues.ts";
import { anyMapping, anything, boolean, text } from "../schema/scalars.ts";
import { optional, required, type Schema } from "../schema/schema.ts";

/** A secret; its value never appears in a message. */
const secret: Schema<string> = custom(
  (value, payload) => {
    if (typeof value === "string") return value;
    if (value === undefined) return addIssue(payload, "missing_field", "is missing.");
    if (value === null) return addIssue(payload, "null_not_allowed", "has no value.");
    return addIssue(payload, "wrong_type", "is not text (quote it).");
  },
  { type: "string" },
);

const aboutCredentials = "Kind of credentials.";
const aboutSecret = "Secret value; a job with the secret in plain text is rejected.";

function kind(name: string, members: Readonly<Record<string, Schema<string>>>): Schema<Mapping> {
  return fields({ type: required(enumOf([name], snake), aboutCredentials), ...members });
}

const identity = fields({
  type: required(enumOf(["managed_identity"], snake), aboutCredentials),
  client_id: optional(text, "Client id of a user-assigned identity."),
  resource_id: optional(text, "Resource id of a user-assigned identity."),
});
const principal = fields({
  type: required(enumOf(["service_principal"], snake), aboutCredentials),
  client_secret: required(secret, aboutSecret),
  client_id: optional(text, "Client id of the principal."),
  tenant_id: optional(text, "Tenant of the principal."),
});

const credentials = byType<Mapping>(
  {
    pat: kind("pat", { pat: required(secret, aboutSecret) }),
    sas: kind("sas", { sas_token: required(secret, aboutSecret) }),
    username_password: kind("username_password", {
      username: required(text, "User name."),
      password: required(secret, aboutSecret),
    }),
    managed_identity: identity,
    service_principal: principal,
    access_key: kind("access_key", {
      access_key_id: required(text, "Id of the key."),
      secret_access_key: required(secret, aboutSecret),
    }),
    api_key: kind("api_key", { key: required(secret, aboutSecret) }),
    account_key: kind("account_key", { account_key: required(secret, aboutSecret) }),
    aad: kind("aad", {}),
    none: kind("none", {}),
  },
  snake,
);

const secretNames = [
  "api_key",
  "pat",
  "sas_token",
  "password",
  "client_secret",
  "secret_access_key",
  "key",
  "account_key",
];

const aboutConnectionTarget = "URL of the target service.";
const aboutConnectionType = "Kind of the target service.";

const common = {
  name: required(text, "Name of the connection."),
  id: optional(text, "Id of the connection."),
  description: optional(text, "Purpose of the connection."),
  tags: optional(mapOf(anything), "Key-value pairs for searching and filtering connections."),
  target: optional(text, aboutConnectionTarget),
  credentials: optional(credentials, "Credentials used to connect."),
  is_shared: optional(boolean, "Whether all projects of a hub may use the connection."),
  metadata: optional(anyMapping, "Key-value pairs with facts about the connection."),
};
const options = { readOnly: ["creation_context", "$schema"], expected: "a connection" } as const;

const otherTypes = [
  ...["git", "container_registry", "python_feed", "s3", "snowflake", "azure_sql_db", "azure_synapse_analytics"],
  ...["azure_my_sql_db", "azure_postgres_db", "custom", "azure_data_lake_gen2"],
];

const serverless = fields(
  {
    ...common,
    type: required(enumOf(["serverless"], snake), aboutConnectionType),
    api_key: required(secret, aboutSecret),
    endpoint: required(text, aboutConnectionTarget),
  },
  options,
);
const other = fields(
  {
    ...common,
    type: required(enumOf(otherTypes, snake), aboutConnectionType),
    target: required(text, aboutConnectionTarget),
  },
  options,
);

/** Converts a connection to its printed form, in which tags and metadata are merged, as in the SDK. */
function printed({ tags, metadata, is_shared = true, ...rest }: Mapping): Mapping {
  const all = { ...(isMapping(tags) ? tags : {}), ...(isMapping(metadata) ? metadata : {}) };
  return { ...rest, is_shared, tags: all, metadata: all };
}

const serverlessConnection: Schema<Mapping> = transformed(serverless, (given, payload) => {
  if (given.api_key === "") return addIssue(payload, "not_allowed", "is empty.", { path: ["api_key"] });
  // The key replaces any other credentials, and the endpoint any other target.
  return { ...printed(given), target: given.endpoint, credentials: { type: "api_key", key: given.api_key } };
});

const otherConnection: Schema<Mapping> = transformed(other, ({ type, ...rest }) => {
  const given = rest.credentials?.type === "none" ? undefined : rest.credentials;
  const credentials = given ?? { type: type === "azure_data_lake_gen2" ? "aad" : "none" };
  return { ...printed({ type, ...rest }), credentials };
});

const types = ["serverless", ...otherTypes];

export const connection: Schema<Mapping> = oneOf<Mapping>(
  (value, payload) => {
    if (!isMapping(value)) return undefined;
    const { type } = value;
    const name = typeof type === "string" ? snake(type) : "";
    if (!types.includes(name)) return wrongValue(payload, type, types, "type");
    return name === "serverless" ? serverlessConnection : otherConnection;
  },
  "a connection",
  [serverlessConnection, otherConnection],
);

/** Whether a text is a secret in plain text, as opposed to a variable or a placeholder. */
function isPlainSecret(value: Value | undefined): boolean {
  return typeof value === "string" && value !== "" && !/^[$<{*]/.test(value);
}

/** Warns about secrets in plain text; for a serverless connection only about its key, which its credentials repeat. */
export function checkConnection(value: Value | undefined, path: readonly PropertyKey[], report: Report): void {
  if (!isMapping(value)) return;
  const warn = (at: readonly PropertyKey[]): void =>
    report({
      code: "inline_secret",
      message:
        "contains a password, key or signature in plain text, which would be stored with the job. Store it in a " +
        "connection of this name in the workspace, and write a placeholder here, e.g. `$API_KEY`.",
      path: [...path, ...at],
      severity: "blocker",
    });
  if (value.type === "serverless") {
    if (isPlainSecret(value.api_key)) warn(["api_key"]);
    return;
  }
  for (const [name, each] of Object.entries(isMapping(value.credentials) ? value.credentials : {})) {
    if (secretNames.includes(name) && isPlainSecret(each)) warn(["credentials", name]);
  }
}

/** A copy of the connection with `***` in place of each secret. */
export function maskConnection(value: Mapping): Mapping {
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      isMapping(each) && name === "credentials"
        ? maskConnection(each)
        : secretNames.includes(name) && isPlainSecret(each)
          ? "***"
          : each,
    ]),
  );
}
