/** Which bindings this host has, and the writing of outputs. */
import { randomUUID } from "node:crypto";
import type { Binding, InvocationResponse, RegisteredFunction, TypedData } from "./core-types.ts";
import type { TriggerValue } from "./invocation.ts";
import { type Environment, resolveSettings } from "./settings.ts";

const supported = { in: ["httptrigger", "timertrigger", "queuetrigger"], out: ["http", "queue"] } as const;

/** @throws naming every function and binding that this host cannot serve. */
export function insistOnBindings(functions: Iterable<RegisteredFunction>): void {
  const problems = [...functions].flatMap((fn) =>
    Object.entries(fn.bindings)
      .filter(([, { type, direction }]) => !(supported[direction] as readonly string[]).includes(type.toLowerCase()))
      .map(([name, { type, direction }]) => `- function ${fn.name}: binding ${name} of type ${type} (${direction})`),
  );
  if (problems.length > 0) throw new Error(`The local host does not have every binding that the app uses:\n${problems.join("\n")}`);
}

export interface OutputPorts {
  readonly env: Environment;
  /** Sends texts, already encoded, to a queue of a connection. */
  sendToQueue(connection: string | undefined, queueName: string, texts: readonly string[]): Promise<void>;
  readonly messageEncoding: "base64" | "none";
}

/** Writes all outputs of a run but the HTTP answer. @throws when one cannot be written, which fails the run. */
export async function writeOutputs(ports: OutputPorts, fn: RegisteredFunction, value: TriggerValue, response: InvocationResponse): Promise<void> {
  const outputs = new Map((response.outputData ?? []).map(({ name, data }) => [name, data]));
  const returned = response.returnValue ?? undefined;
  const outs = Object.entries(fn.bindings).filter(([, binding]) => binding.direction === "out" && binding.type.toLowerCase() !== "http");
  if (fn.bindings.$return !== undefined) {
    if (returned !== undefined) outputs.set("$return", returned);
  } else {
    // Without a $return binding, keys of a returned object that are names of outputs are written to them.
    for (const [name, data] of namedOutputs(returned)) if (!outputs.has(name)) outputs.set(name, data);
  }
  for (const [name, binding] of outs) {
    const data = outputs.get(name);
    if (data !== undefined) await writeQueue(ports, binding, value, data);
  }
}

function namedOutputs(returned: TypedData | undefined): [string, TypedData][] {
  if (returned?.json === undefined) return [];
  const parsed: unknown = JSON.parse(returned.json);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return [];
  return Object.entries(parsed).flatMap(([name, inner]): [string, TypedData][] => {
    if (inner === null) return [];
    return [[name, typeof inner === "string" ? { string: inner } : { json: JSON.stringify(inner) }]];
  });
}

async function writeQueue({ env, sendToQueue, messageEncoding }: OutputPorts, binding: Binding, value: TriggerValue, data: TypedData): Promise<void> {
  const queueName = fillIn(resolveSettings(String(binding.queueName), env), value.metadata).toLowerCase();
  const texts = queueMessages(data).map((bytes) => (messageEncoding === "base64" ? bytes.toString("base64") : bytes.toString("utf8")));
  if (texts.length > 0) await sendToQueue(binding.connection as string | undefined, queueName, texts);
}

/** What the real host makes of an output value: text that looks like JSON is read as JSON first, a list is one message per element, an object is indented. */
export function queueMessages(data: TypedData): readonly Buffer[] {
  if (data.bytes !== undefined) return [Buffer.from(data.bytes)];
  const text = data.json ?? data.string ?? String(data.int ?? data.double);
  const parsed = data.json !== undefined || /^\s*[{[]/.test(text) ? tryParse(text) : undefined;
  const values = Array.isArray(parsed) ? parsed.filter((item) => item !== null) : [parsed ?? text];
  return values.map((item) => Buffer.from(typeof item === "object" ? JSON.stringify(item, null, 2) : String(item)));
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Replaces each `{name}` by what the trigger knows under that name, in any case. @throws when it knows nothing. */
function fillIn(pattern: string, metadata: Readonly<Record<string, TypedData>>): string {
  return pattern.replaceAll(/\{([^{}]+)\}/g, (_, name: string) => {
    if (name.toLowerCase() === "rand-guid") return randomUUID();
    const found = Object.entries(metadata).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
    const text = found?.string ?? found?.json;
    if (text === undefined) throw new Error(`No value for named parameter '${name}'.`);
    return text;
  });
}
