/** Connections to a teacher's endpoint, with their credentials. @see azure/ai/ml/_schema/workspace/connections */
import { isMapping, type Mapping, type Value } from "../../yaml/value.ts";
import type { Find } from "../checks/common.ts";
import { byType, fields, mapOf, oneOf } from "../schema/containers.ts";
import { snake, word, wrongWord } from "../schema/enums.ts";
import { anyMapping, anything, boolean, text } from "../schema/scalars.ts";
import { field, jsonSchema, optional, type Piece, piece, readBy } from "../schema/schema.ts";

/** A secret; its value never appears in a message. */
const secret: Piece<string> = piece(
  (value, report) => {
    if (typeof value === "string") return value;
    if (value === undefined) report({ code: "missing_field", message: "is missing." });
    else if (value === null) report({ code: "null_not_allowed", message: "has no value." });
    else report({ code: "wrong_type", message: "is not text (quote it)." });
    return "";
  },
  () => ({ type: "string" }),
);

const aboutCredentials = "Kind of credentials.";
const aboutSecret = "Secret value; a job with the secret in plain text is rejected.";

function kind(name: string, members: Readonly<Record<string, Piece<string>>>): Piece<Mapping> {
  return fields({ type: field(word([name], snake), aboutCredentials), ...members }) as unknown as Piece<Mapping>;
}

const identity = fields({
  type: field(word(["managed_identity"], snake), aboutCredentials),
  client_id: optional(text, "Client id of a user-assigned identity."),
  resource_id: optional(text, "Resource id of a user-assigned identity."),
}) as unknown as Piece<Mapping>;
const principal = fields({
  type: field(word(["service_principal"], snake), aboutCredentials),
  client_secret: field(secret, aboutSecret),
  client_id: optional(text, "Client id of the principal."),
  tenant_id: optional(text, "Tenant of the principal."),
}) as unknown as Piece<Mapping>;

const credentials = byType<Mapping>(
  {
    pat: kind("pat", { pat: field(secret, aboutSecret) }),
    sas: kind("sas", { sas_token: field(secret, aboutSecret) }),
    username_password: kind("username_password", {
      username: field(text, "User name."),
      password: field(secret, aboutSecret),
    }),
    managed_identity: identity,
    service_principal: principal,
    access_key: kind("access_key", {
      access_key_id: field(text, "Id of the key."),
      secret_access_key: field(secret, aboutSecret),
    }),
    api_key: kind("api_key", { key: field(secret, aboutSecret) }),
    account_key: kind("account_key", { account_key: field(secret, aboutSecret) }),
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

const aboutConnectionTarget = "URL of the service that the connection connects to.";
const aboutConnectionType = "Kind of service that the connection connects to.";

const common = {
  name: field(text, "Name of the connection."),
  id: optional(text, "Id of the connection."),
  description: optional(text, "Purpose of the connection."),
  tags: optional(mapOf(anything), "Key-value pairs for searching and filtering connections."),
  target: optional(text, aboutConnectionTarget),
  credentials: optional(credentials, "Credentials used to connect."),
  is_shared: optional(boolean, "Whether all projects of a hub may use the connection."),
  metadata: optional(anyMapping, "Key-value pairs with facts about the connection."),
};
const options = { readOnly: ["creation_context", "$schema"], what: "a connection" } as const;

const otherTypes = [
  ...["git", "container_registry", "python_feed", "s3", "snowflake", "azure_sql_db", "azure_synapse_analytics"],
  ...["azure_my_sql_db", "azure_postgres_db", "custom", "azure_data_lake_gen2"],
];

const serverless = fields(
  {
    ...common,
    type: field(word(["serverless"], snake), aboutConnectionType),
    api_key: field(secret, aboutSecret),
    endpoint: field(text, aboutConnectionTarget),
  },
  options,
);
const other = fields(
  { ...common, type: field(word(otherTypes, snake), aboutConnectionType), target: field(text, aboutConnectionTarget) },
  options,
);

/** The printed form of every connection: in the SDK, tags and metadata are the same mapping. */
function printed({ tags, metadata, is_shared = true, ...rest }: Mapping): Mapping {
  const all = { ...(isMapping(tags) ? tags : {}), ...(isMapping(metadata) ? metadata : {}) };
  return { ...rest, is_shared, tags: all, metadata: all };
}

const serverlessConnection: Piece<Mapping> = piece(
  (value, report) => {
    const read = (readBy(serverless, value, report) ?? {}) as Mapping;
    if (read.api_key === "") report({ code: "not_allowed", message: "is empty.", path: ["api_key"] });
    // The key replaces any other credentials, and the endpoint any other target.
    return { ...printed(read), target: read.endpoint, credentials: { type: "api_key", key: read.api_key } };
  },
  () => jsonSchema(serverless),
);

const otherConnection: Piece<Mapping> = piece(
  (value, report) => {
    const read = (readBy(other, value, report) ?? {}) as Mapping;
    const given = isMapping(read.credentials) && read.credentials.type !== "none" ? read.credentials : undefined;
    return { ...printed(read), credentials: given ?? { type: read.type === "azure_data_lake_gen2" ? "aad" : "none" } };
  },
  () => jsonSchema(other),
);

const types = ["serverless", ...otherTypes];

export const connection: Piece<Mapping> = oneOf<Mapping>(
  (value) => {
    if (!isMapping(value)) return undefined;
    const { type } = value;
    const name = typeof type === "string" ? snake(type) : "";
    if (!types.includes(name)) return wrongWord(type, types, ["type"]);
    return name === "serverless" ? serverlessConnection : otherConnection;
  },
  "a connection",
  [serverlessConnection, otherConnection],
);

/** Whether a text is a secret in plain text, as opposed to a variable or a placeholder. */
function isPlainSecret(value: Value | undefined): boolean {
  return typeof value === "string" && value !== "" && !/^[$<{*]/.test(value);
}

/** Warns about secrets in plain text; of a serverless connection only about its key, which its credentials repeat. */
export function checkConnection(value: Value | undefined, path: readonly PropertyKey[], find: Find): void {
  if (!isMapping(value)) return;
  const report = (at: readonly PropertyKey[]): void =>
    find({
      code: "inline_secret",
      message: "contains a password, key or signature in plain text, which would be stored with the job.",
      path: [...path, ...at],
      blocks: true,
    });
  if (value.type === "serverless") {
    if (isPlainSecret(value.api_key)) report(["api_key"]);
    return;
  }
  for (const [name, each] of Object.entries(isMapping(value.credentials) ? value.credentials : {})) {
    if (secretNames.includes(name) && isPlainSecret(each)) report(["credentials", name]);
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
