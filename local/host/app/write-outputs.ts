/** The writing of output bindings, with what the real host does to their values on the way. */
import { randomUUID } from "node:crypto";
import { type Environment, resolveSettings } from "../settings/settings.ts";
import type { Binding, InvocationResponse, RegisteredFunction, TypedData } from "./core-types.ts";

export interface OutputPorts {
  readonly env: Environment;
  readonly messageEncoding: "base64" | "none";
  /** Sends texts, already encoded, to a queue of a connection. */
  sendToQueue(connection: string | undefined, queueName: string, texts: readonly string[]): Promise<void>;
}

type BindingData = Readonly<Record<string, TypedData>>;

/** Writes all outputs of a run but the HTTP answer. @throws when one cannot be written, which fails the run. */
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

/** Without a $return binding, keys of a returned object that are names of outputs are written to these. */
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
  const queueName = fillIn(resolveSettings(String(binding.queueName), env), bindingData).toLowerCase();
  const texts = toQueueMessages(data).map((bytes) => bytes.toString(messageEncoding === "base64" ? "base64" : "utf8"));
  if (texts.length > 0) await sendToQueue(binding.connection as string | undefined, queueName, texts);
}

/** The messages that an output value becomes: text that looks like JSON is read as JSON first, a list is one message per element, an object is indented. */
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

/** Replaces each `{name}` by what the trigger knows under that name, in any case. @throws when it knows nothing. */
function fillIn(pattern: string, bindingData: BindingData): string {
  return pattern.replaceAll(/\{([^{}]+)\}/g, (_, name: string) => {
    if (name.toLowerCase() === "rand-guid") return randomUUID();
    const found = Object.entries(bindingData).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
    const text = found?.string ?? found?.json;
    if (text === undefined) throw new Error(`No value for named parameter '${name}'.`);
    return text;
  });
}
