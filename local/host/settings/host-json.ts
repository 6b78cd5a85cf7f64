/**
 * Reads and validates host.json, with the defaults of the real host.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-host-json
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { parseTimeSpan } from "./time-span.ts";

const timeSpan = z
  .string()
  .refine((text) => parseTimeSpan(text) !== undefined, "must be a time such as 00:00:30")
  .transform((text) => parseTimeSpan(text) as number);
const count = (min: number, max = Number.MAX_SAFE_INTEGER) => z.int().min(min).max(max);
/** Parts of host.json that have no effect on the local host. */
const ignored = z.unknown().optional();

const retry = z.discriminatedUnion("strategy", [
  z.object({ strategy: z.literal("fixedDelay"), maxRetryCount: count(-1), delayInterval: timeSpan }),
  z.object({
    strategy: z.literal("exponentialBackoff"),
    maxRetryCount: count(-1),
    minimumInterval: timeSpan,
    maximumInterval: timeSpan,
  }),
]);

const http = z.object({
  routePrefix: z.string().default("api"),
  maxOutstandingRequests: count(-1).default(-1),
  maxConcurrentRequests: count(-1)
    .refine((limit) => limit !== 0, "must be -1 or at least 1")
    .default(-1),
  dynamicThrottlesEnabled: z.boolean().default(false),
  customHeaders: z.record(z.string(), z.string()).default({}),
  hsts: ignored,
});

const queues = z.object({
  batchSize: count(1, 32).default(16),
  newBatchThreshold: count(0).optional(),
  maxDequeueCount: count(1).default(5),
  visibilityTimeout: timeSpan.default(0),
  maxPollingInterval: timeSpan.refine((ms) => ms >= 100, "must be at least 00:00:00.100").default(60_000),
  messageEncoding: z.enum(["base64", "none"]).default("base64"),
});

const hostJson = z.object({
  version: z.literal("2.0"),
  functionTimeout: z
    .literal("-1")
    .transform(() => Number.POSITIVE_INFINITY)
    .or(timeSpan.refine((ms) => ms >= 1000, "must be at least 00:00:01"))
    .default(1_800_000),
  functions: z.array(z.string()).optional(),
  extensions: z
    .object({ http: http.prefault({}), queues: queues.prefault({}), blobs: ignored, eventGrid: ignored })
    .prefault({}),
  logging: z
    .object({
      logLevel: z.record(z.string(), z.string()).default({}),
      applicationInsights: ignored,
      console: ignored,
      fileLoggingMode: ignored,
      debug: ignored,
    })
    .prefault({}),
  retry: retry.optional(),
  aggregator: ignored,
  applicationInsights: ignored,
  concurrency: ignored,
  customHandler: ignored,
  extensionBundle: z.object({ id: z.string(), version: z.string() }).optional(),
  healthMonitor: ignored,
  managedDependency: ignored,
  singleton: ignored,
  telemetryMode: ignored,
  watchDirectories: ignored,
  watchFiles: ignored,
});

/** Validated host.json, with times in milliseconds; Infinity means no time limit. */
export type HostJson = z.infer<typeof hostJson>;

export interface ReadHostJson {
  readonly hostJson: HostJson;
  /** Paths of unknown keys, which have no effect. */
  readonly unknownKeys: readonly string[];
}

/**
 * Reads host.json of an app. Variables such as `AzureFunctionsJobHost__extensions__http__routePrefix` override the
 * file.
 * @throws if it is missing, not JSON, or invalid; the message lists all invalid values.
 */
export function readHostJson(directory: string, env: NodeJS.ProcessEnv): ReadHostJson {
  const file = join(directory, "host.json");
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const normalized = normalizeKeys(applyOverrides(content, env), hostJson);
  const parsed = hostJson.safeParse(normalized);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `- ${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`${file} is not valid:\n${problems.join("\n")}`);
  }
  return { hostJson: parsed.data, unknownKeys: unknownKeys(normalized, hostJson) };
}

const prefix = "azurefunctionsjobhost__";

function applyOverrides(content: unknown, env: NodeJS.ProcessEnv): unknown {
  if (!isObject(content)) return content;
  const copy = structuredClone(content);
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || !name.toLowerCase().startsWith(prefix)) continue;
    const path = name.slice(prefix.length).split("__");
    let parent: Record<string, unknown> = copy;
    for (const key of path.slice(0, -1)) {
      const existing = findKey(parent, key);
      if (!isObject(parent[existing])) parent[existing] = {};
      parent = parent[existing] as Record<string, unknown>;
    }
    parent[findKey(parent, path.at(-1) as string)] = parseVariable(value);
  }
  return copy;
}

/** Converts the text of a variable: `16` to a number, `true` to a boolean. */
function parseVariable(value: string): unknown {
  return /^(-?\d+|true|false)$/i.test(value) && value !== "-1" ? JSON.parse(value.toLowerCase()) : value;
}

/** The key of `object` that equals `key` ignoring case, as in .NET; or else `key`. */
const findKey = (object: object, key: string) =>
  Object.keys(object).find((existing) => existing.toLowerCase() === key.toLowerCase()) ?? key;
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Changes keys to the case of the schema. */
function normalizeKeys(value: unknown, schema: unknown): unknown {
  const shape = shapeOf(schema);
  if (!isObject(value) || shape === undefined) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const name = findKey(shape, key);
      return [name, normalizeKeys(inner, shape[name])];
    }),
  );
}

function unknownKeys(value: unknown, schema: unknown, path = ""): string[] {
  const shape = shapeOf(schema);
  if (!isObject(value) || shape === undefined) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const keyPath = path === "" ? key : `${path}.${key}`;
    return key in shape ? unknownKeys(inner, shape[key], keyPath) : [keyPath];
  });
}

/** The members of an object schema, also of one with defaults or an optional one; undefined for other schemas. */
function shapeOf(schema: unknown): Readonly<Record<string, unknown>> | undefined {
  let inner = schema;
  while (inner instanceof z.ZodPrefault || inner instanceof z.ZodOptional || inner instanceof z.ZodDefault)
    inner = inner.unwrap();
  return inner instanceof z.ZodObject ? inner.shape : undefined;
}
