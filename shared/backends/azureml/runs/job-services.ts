/** Services of a job (its page in the studio, endpoints of a running job) as its record keeps them: bounded, and without secrets. */
import { maskText } from "../../../core/job/schema/secrets.ts";
import type { Observation } from "../../../core/records/messages.ts";
import { isMapping, type Mapping, mapValues } from "../../../core/yaml/value.ts";
import { isObject, type JsonObject, nonEmptyText, objectAt } from "../http/json.ts";
import { serviceTypes } from "../rest/fields/run-settings.ts";
import { mappingOrEmpty, snakeFields, withoutMissing } from "../rest/values/values-from-rest.ts";

const texts = ["endpoint", "type", "status", "error_message", "nodes", "ssh_public_keys", "log_dir"] as const;
const maxText = 3000;

/** The address of the job's page. */
export function studioUrl(services: unknown): string | undefined {
  const endpoint = nonEmptyText(objectAt(services, "Studio").endpoint);
  return endpoint?.startsWith("https://") === true ? endpoint : undefined;
}

/** Name -> service, in the SDK's words; undefined when there is none. */
export function observedServices(services: unknown): Observation["services"] {
  if (!isObject(services)) return undefined;
  const given = Object.fromEntries(Object.entries(services).filter(([, service]) => isObject(service))) as Mapping;
  const read = Object.entries(servicesFrom(given)).map(([name, service]) => [name, serviceOf(service)] as const);
  return read.length === 0 ? undefined : Object.fromEntries(read);
}

const serviceNames: Readonly<Record<string, string>> = { ...serviceTypes, custom: "Custom" };

/** Services in the SDK's terms, with the endpoint, status and error that they report. */
export function servicesFrom(services: Mapping): Mapping {
  return mapValues(services, (service) => {
    // Run history says the type without its prefix.
    const { type: said, job_service_type = said, nodes, properties, ...rest } = snakeFields(mappingOrEmpty(service));
    const { sshPublicKeys, logDir, ...own } = mappingOrEmpty(properties);
    const [type = job_service_type ?? "custom"] =
      Object.entries(serviceNames).find(([, theirs]) => theirs === job_service_type) ?? [];
    const hasOwn = isMapping(properties) && (Object.keys(own).length > 0 || Object.keys(properties).length === 0);
    return withoutMissing({
      ...rest,
      type,
      nodes: isMapping(nodes) ? "all" : undefined,
      properties: hasOwn ? own : undefined,
      ssh_public_keys: sshPublicKeys,
      log_dir: logDir,
    });
  });
}

function serviceOf(service: unknown): Record<string, unknown> {
  const { port, ...fields } = objectAt({ service }, "service");
  const properties = textsOf(objectAt(fields, "properties"));
  return {
    ...textsOf(Object.fromEntries(texts.map((key) => [key, fields[key]]))),
    ...(typeof port === "number" ? { port } : {}),
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
  };
}

function textsOf(fields: JsonObject): Readonly<Record<string, string>> {
  const said = Object.entries(fields).filter(
    (field): field is [string, string] => nonEmptyText(field[1]) !== undefined,
  );
  return Object.fromEntries(said.map(([key, text]) => [key, maskText(text.slice(0, maxText))]));
}
