/** Writes output bindings, and converts their values as the real host does. */
import { randomUUID } from "node:crypto";
import { type Environment, resolveSettings } from "../settings/settings.ts";
import type { Binding, InvocationResponse, RegisteredFunction, TypedData } from "./core-types.ts";

export interface OutputPorts {
  readonly env: Environment;
  readonly messageEncoding: "base64" | "none";
  /** Sends encoded texts to a queue. */
  sendToQueue(connection: string | undefined, queueName: string, texts: readonly string[]): Promise<void>;
}

type BindingData = Readonly<Record<string, TypedData>>;

/** Writes all output bindings of an invocation except the HTTP response. @throws if one cannot be written. */
export async function writeOutputs(
  ports: OutputPorts,
  fn: RegisteredFunction,
  bindingData: BindingData,
  response: InvocationResponse,
): Promise<void> {
  const written = new Map((response.outputData ?? []).map(({ name, data }) => [name, data]));
  const returned = response.returnValue ?? undefined;
  const named = "$return" in fn.bindings ? [["$return", returned] as const] : namedOutputs(returned);
  for (const [name, data] of named) if (data !== undefined && !written.has(name)) written.set(name, data);
  for (const [name, binding] of Object.entries(fn.bindings)) {
    const data = written.get(name);
    if (data !== undefined && binding.direction === "out" && binding.type.toLowerCase() === "queue")
      await writeQueue(ports, binding, bindingData, data);
  }
}

/** Members of a returned object, which are written to the outputs with their names without a $return binding. */
function namedOutputs(returned: TypedData | undefined): readonly (readonly [string, TypedData])[] {
  const parsed: unknown = returned?.json === undefined ? undefined : JSON.parse(returned.json);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return [];
  return Object.entries(parsed)
    .filter(([, inner]) => inner !== null)
    .map(([name, inner]) => [name, typeof inner === "string" ? { string: inner } : { json: JSON.stringify(inner) }]);
}

async function writeQueue(
  { env, sendToQueue, messageEncoding }: OutputPorts,
  binding: Binding,
  bindingData: BindingData,
  data: TypedData,
): Promise<void> {
  const queueName = resolveBindingExpressions(
    resolveSettings(String(binding.queueName), env),
    bindingData,
  ).toLowerCase();
  const texts = toQueueMessages(data).map((bytes) => bytes.toString(messageEncoding === "base64" ? "base64" : "utf8"));
  if (texts.length > 0) await sendToQueue(binding.connection as string | undefined, queueName, texts);
}

/**
 * Queue messages for an output value. Text that looks like JSON is parsed; a list becomes one message per element, an
 * object indented JSON.
 */
export function toQueueMessages(data: TypedData): readonly Buffer[] {
  if (data.bytes !== undefined) return [Buffer.from(data.bytes)];
  const text = data.json ?? data.string ?? String(data.int ?? data.double);
  const parsed = data.json !== undefined || /^\s*[{[]/.test(text) ? tryParse(text) : undefined;
  const values = Array.isArray(parsed) ? parsed.filter((value) => value !== null) : [parsed ?? text];
  return values.map((value) => Buffer.from(typeof value === "object" ? JSON.stringify(value, null, 2) : String(value)));
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Replaces each `{name}` by the trigger metadata with this name, ignoring case. @throws if it is missing. */
function resolveBindingExpressions(pattern: string, bindingData: BindingData): string {
  return pattern.replaceAll(/\{([^{}]+)\}/g, (_, name: string) => {
    if (name.toLowerCase() === "rand-guid") return randomUUID();
    const found = Object.entries(bindingData).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
    const text = found?.string ?? found?.json;
    if (text === undefined) throw new Error(`No value for named parameter '${name}'.`);
    return text;
  });
}
