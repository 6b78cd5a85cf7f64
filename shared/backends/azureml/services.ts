/** Services of a job (its page in the studio, endpoints of a running job), from REST to the SDK's words. */

import { maskText } from "../../core/job/secrets.ts";
import type { Observation } from "../../core/messages.ts";
import { isObject, objectAt, textOf } from "./json.ts";

/** Types that the SDK spells in snake_case; all others print as they come. @see JobServiceTypeNames of the SDK */
const types: Readonly<Record<string, string>> = { JupyterLab: "jupyter_lab", SSH: "ssh", TensorBoard: "tensor_board", VSCode: "vs_code" };

/** The address of the job's page. */
export function studioUrlOf(services: unknown): string | undefined {
  const endpoint = textOf(objectAt(services, "Studio").endpoint);
  return endpoint?.startsWith("https://") === true ? endpoint : undefined;
}

/** Name -> service; undefined when there is none. */
export function servicesOf(services: unknown): Observation["services"] {
  if (!isObject(services)) return undefined;
  const read = Object.entries(services).flatMap(([name, service]) => (isObject(service) ? [[name, serviceOf(service)] as const] : []));
  return read.length === 0 ? undefined : Object.fromEntries(read);
}

function serviceOf(service: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { endpoint, port, status, errorMessage, properties } = service;
  const type = textOf(service.jobServiceType) ?? textOf(service.type);
  const error = textOf(errorMessage);
  const texts = Object.entries(objectAt({ properties }, "properties")).filter(([, value]) => typeof value === "string");
  return {
    ...(textOf(endpoint) === undefined ? {} : { endpoint: maskText(endpoint as string) }),
    ...(type === undefined ? {} : { type: types[type] ?? type }),
    ...(textOf(status) === undefined ? {} : { status }),
    ...(typeof port === "number" ? { port } : {}),
    ...(error === undefined ? {} : { error_message: maskText(error.slice(0, 3000)) }),
    ...(texts.length === 0 ? {} : { properties: Object.fromEntries(texts) }),
  };
}
