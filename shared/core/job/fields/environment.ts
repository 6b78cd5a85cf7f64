import { createHash } from "node:crypto";
import type * as z from "zod/mini";
import { isMapping, type Value } from "../../yaml/value.ts";
import { writeYaml } from "../../yaml/write-yaml.ts";
import { mapOf, oneOf } from "../schema/containers.ts";
import { custom, transformed } from "../schema/custom.ts";
import { enumOf, snake } from "../schema/enums.ts";
import { fields } from "../schema/fields.ts";
import { anyMapping, anything, integer, text } from "../schema/scalars.ts";
import { optional, required, type Schema } from "../schema/schema.ts";
import { registeredAs } from "./asset-references.ts";
import { suggestEnvironment } from "./environment-suggestion.ts";
import { isAssetReference, isLocalPath, isRegistryReference, isUrl, reference } from "./references.ts";

const route = fields({ port: required(integer, "Port of the route."), path: required(text, "Path of the route.") });

const buildContext = fields({
  path: optional(
    reference((value) => isUrl(value) || isLocalPath(value), "a folder or a URL"),
    "Folder that the image is built from: a path relative to the job file, or a URL.",
  ),
  dockerfile_path: optional(text, "Dockerfile in that folder; `Dockerfile` by default."),
});

/** An empty list, false and 0, which count as no conda file, as in the SDK. */
const noCondaFile: Schema<Value> = custom((value) => value ?? null, { anyOf: [{ maxItems: 0 }, { enum: [false, 0] }] });

const condaFile: Schema<Value> = oneOf<Value>(
  (value) => {
    if (typeof value === "string") return text;
    if (isMapping(value)) return anyMapping;
    return value === false || value === 0 || (Array.isArray(value) && value.length === 0) ? noCondaFile : undefined;
  },
  "a path or a mapping",
  [text, anyMapping, noCondaFile],
);

const isNamed = (value: string): boolean => isRegistryReference(value) || isAssetReference(value, "environments", true);
const names = "azureml:NAME:VERSION, azureml:NAME@LABEL, azureml://registries/...";
/** A name without an empty version. */
const printedName = (value: string): string =>
  value.startsWith("azureml:") && value.lastIndexOf(":") > "azureml:".length ? value.replace(/:$/, "") : value;

const named = reference(isNamed, `${names} or an inline environment`, {
  normalize: printedName,
  pattern: "^azureml:",
  suggest: (text) => registeredAs(text, "environments"),
});

/** Whether an environment is in a YAML file of its own, which replaces it. */
export function isEnvironmentFile(value: unknown): value is string {
  return typeof value === "string" && value.startsWith("file:");
}

const namedOrFile = reference(
  (value) => isNamed(value) || isEnvironmentFile(value),
  `${names}, file:PATH of an environment file, or an inline environment`,
  { normalize: printedName, pattern: "^(azureml|file):", suggest: suggestEnvironment },
);

const autoDeleteFields = fields({
  condition: optional(
    enumOf(["created_greater_than", "last_accessed_greater_than"], snake),
    "Event from which the duration is measured: creation or last access.",
  ),
  value: optional(text, "Duration, e.g. `30d`."),
});

const autoDelete = transformed(autoDeleteFields, (given) => ({ condition: "created_greater_than", ...given }));

const inline = fields(
  {
    image: optional(text, "Container image."),
    build: optional(buildContext, "Build context of an image, used instead of an existing image."),
    conda_file: optional(
      condaFile,
      "Packages: the path of a conda file relative to the job file, or the content of a conda file.",
    ),
    description: optional(text, "Purpose of the environment."),
    id: optional(named, "Id of the registered environment."),
    tags: optional(mapOf(anything), "Key-value pairs for searching and filtering environments."),
    inference_config: optional(
      fields({
        liveness_route: required(route, "Route of the liveness probe."),
        scoring_route: required(route, "Route of scoring requests."),
        readiness_route: required(route, "Route of the readiness probe."),
      }),
      "Routes of an inference server in the image; jobs do not use them.",
    ),
    os_type: optional(enumOf(["linux", "windows"]), "Operating system."),
    datastore: optional(text, "Datastore that a local build folder is uploaded to."),
    auto_delete_setting: optional(autoDelete, "Condition under which Azure ML may delete the environment."),
  },
  // An inline environment is anonymous, so its name and version are ignored, as in the SDK.
  {
    readOnly: ["creation_context", "latest_version", "intellectual_property", "$schema"],
    ignored: ["name", "version"],
    expected: "an environment",
  },
);

/** An environment written inline; Azure ML stores it under a name and a version derived from its content. */
export type InlineEnvironment = z.infer<typeof inline> & {
  readonly name: string | undefined;
  readonly version: string | undefined;
};
export type EnvironmentField = string | InlineEnvironment;

const anonymous: Schema<InlineEnvironment> = transformed(inline, (given) => ({
  tags: {},
  ...given,
  ...anonymousVersion(given),
}));

/** A registered or inline environment, or one in a file of its own. */
export const environment: Schema<EnvironmentField> = oneOf<EnvironmentField>(
  (value) => (isMapping(value) ? anonymous : namedOrFile),
  "an environment",
  [namedOrFile, anonymous],
);

const sha256 = (content: string): string => createHash("sha256").update(content).digest("hex");
/** Python's `separator.join(text)`: the characters of the text, separated by the separator. */
const joinChars = (content: string, separator: string): string => [...content].join(separator);

/**
 * The anonymous name and version of an inline environment. The version may differ from the SDK's, which hashes the
 * output of PyYAML; this has no effect, because the version of an inline environment is ignored.
 * @see _generate_anonymous_name_version in azure/ai/ml/entities/_assets/environment.py
 */
export function anonymousVersion(given: z.infer<typeof inline>): {
  name: string | undefined;
  version: string | undefined;
} {
  if (
    given.image === undefined ||
    given.image === "" ||
    (given.build?.path !== undefined && isLocalPath(given.build.path))
  )
    return { name: undefined, version: undefined };
  let hash = sha256(given.image);
  if (given.inference_config !== undefined) hash = joinChars(sha256(writeYaml(given.inference_config)), hash);
  if (isMapping(given.conda_file) && Object.keys(given.conda_file).length > 0)
    hash = joinChars(sha256(writeYaml(given.conda_file)), hash);
  return { name: "CliV2AnonymousEnvironment", version: sha256(hash) };
}
