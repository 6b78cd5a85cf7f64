import { createHash } from "node:crypto";
import type * as z from "zod/mini";
import { isMapping, type Mapping, type Value } from "../yaml/value.ts";
import { writeYaml } from "../yaml/write-yaml.ts";
import { isAssetReference, isLocalPath, isRegistryReference, isUrl, reference } from "./references.ts";
import { anyMapping, anything, fields, integer, jsonSchema, mapOf, oneOf, optional, type Piece, piece, readBy, snake, text, word } from "./schema.ts";

const route = fields({ port: integer, path: text });

const buildContext = fields({
  path: optional(reference((value) => isUrl(value) || isLocalPath(value), "a folder or a URL")),
  dockerfile_path: optional(text),
});

const condaFile: Piece<string | Mapping> = oneOf<string | Mapping>(
  (value) => (typeof value === "string" ? text : isMapping(value) ? anyMapping : undefined),
  "a path or a mapping",
  [text, anyMapping],
);

const named = reference(
  (value) => isRegistryReference(value) || isAssetReference(value, "environments", true),
  "azureml:NAME, azureml:NAME:VERSION, azureml:NAME@LABEL, azureml://registries/... or an inline environment",
  // An empty version is none.
  (value) => (value.lastIndexOf(":") > "azureml:".length ? value.replace(/:$/, "") : value),
);

const autoDeleteFields = fields({
  condition: optional(word(["created_greater_than", "last_accessed_greater_than"], snake)),
  value: optional(text),
});

const autoDelete: Piece<z.infer<typeof autoDeleteFields>> = piece(
  (value, report) => ({ condition: "created_greater_than", ...readBy(autoDeleteFields, value, report) }),
  () => jsonSchema(autoDeleteFields),
);

const inline = fields(
  {
    image: optional(text),
    build: optional(buildContext),
    conda_file: optional(condaFile),
    description: optional(text),
    id: optional(named),
    tags: optional(mapOf(anything)),
    inference_config: optional(fields({ liveness_route: route, scoring_route: route, readiness_route: route })),
    os_type: optional(word(["linux", "windows"])),
    datastore: optional(text),
    auto_delete_setting: optional(autoDelete),
  },
  // An inline environment is anonymous, so a name and a version that came with it are lost, as in the SDK.
  { readOnly: ["creation_context", "latest_version", "intellectual_property", "$schema"], ignored: ["name", "version"], what: "an environment" },
);

/** An environment that is written into the job; Azure ML keeps it under a name and a version made of its content. */
export type InlineEnvironment = z.infer<typeof inline> & { readonly name: string | undefined; readonly version: string | undefined };
export type EnvironmentField = string | InlineEnvironment;

const anonymous: Piece<InlineEnvironment> = piece(
  (value, report) => {
    const given = readBy(inline, value, report) ?? {};
    return { tags: {}, ...given, ...anonymousVersion(given) };
  },
  () => jsonSchema(inline),
);

/** A registered environment, or one written inline. */
export const environment: Piece<EnvironmentField> = oneOf<EnvironmentField>((value) => (isMapping(value) ? anonymous : named), "an environment", [
  named,
  anonymous,
]);

const sha256 = (content: string): string => createHash("sha256").update(content).digest("hex");
/** Python's `separator.join(text)`: the characters of the text with the separator between them. */
const joinChars = (content: string, separator: string): string => [...content].join(separator);

/**
 * The SDK's anonymous name and version. It hashes YAML text that PyYAML printed, so the version is the SDK's own only
 * where both print alike; nothing depends on that, because a version that comes with an inline environment is not read.
 * @see _generate_anonymous_name_version in azure/ai/ml/entities/_assets/environment.py
 */
export function anonymousVersion(given: z.infer<typeof inline>): { name: string | undefined; version: string | undefined } {
  if (given.image === undefined || given.image === "" || (given.build?.path !== undefined && isLocalPath(given.build.path)))
    return { name: undefined, version: undefined };
  let hash = sha256(given.image);
  if (given.inference_config !== undefined) hash = joinChars(sha256(writeYaml(given.inference_config as unknown as Value)), hash);
  if (isMapping(given.conda_file) && Object.keys(given.conda_file).length > 0) hash = joinChars(sha256(writeYaml(given.conda_file)), hash);
  return { name: "CliV2AnonymousEnvironment", version: sha256(hash) };
}
