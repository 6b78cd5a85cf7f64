import type { TypedData } from "../app/core-types.ts";
import type { ReceivedMessage } from "./storage-queue.ts";

/** Decodes the text of a message; undefined if it is not in this encoding. */
export function decodeMessage(text: string, encoding: "base64" | "none"): string | undefined {
  if (encoding === "none") return text;
  const compact = text.replaceAll(/\s/g, "");
  const isBase64 = compact.length % 4 === 0 && /^[a-z0-9+/]*={0,2}$/i.test(compact);
  return isBase64 ? Buffer.from(compact, "base64").toString("utf8") : undefined;
}

/** Name of the poison queue; undefined for a poison queue itself and if the name would be too long. */
export function poisonQueueName(queueName: string): string | undefined {
  const name = `${queueName}-poison`;
  return queueName.endsWith("-poison") || name.length > 63 ? undefined : name;
}

/** Trigger metadata of a message. Members of a JSON message override the standard ones, ignoring case. */
export function queueMetadata(message: ReceivedMessage, text: string): Record<string, TypedData> {
  const standard: [string, TypedData][] = [
    ["QueueTrigger", { string: text }],
    ["DequeueCount", { json: String(message.dequeueCount) }],
    ["ExpirationTime", { json: JSON.stringify(message.expiresOn) }],
    ["InsertionTime", { json: JSON.stringify(message.insertedOn) }],
    ["NextVisibleTime", { json: JSON.stringify(message.nextVisibleOn) }],
    ["Id", { string: message.id }],
    ["PopReceipt", { string: message.popReceipt }],
  ];
  const entries = new Map(standard.map(([name, data]) => [name.toLowerCase(), [name, data] as const]));
  for (const [key, value] of membersOf(text))
    entries.set(key.toLowerCase(), [entries.get(key.toLowerCase())?.[0] ?? key, { string: value }]);
  return Object.fromEntries(entries.values());
}

/** Members of a JSON object as text, without arrays and nulls. */
function membersOf(text: string): [string, string][] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [];
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return [];
  return Object.entries(parsed).flatMap(([key, value]): [string, string][] => {
    if (value === null || Array.isArray(value)) return [];
    return [[key, typeof value === "object" ? JSON.stringify(value) : String(value)]];
  });
}
