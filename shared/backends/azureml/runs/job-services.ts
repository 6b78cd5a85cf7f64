/** Services of a job (its page in the studio, endpoints of a running job), limited in size and without secrets. */

import type { Observation } from "../../../core/records/messages.ts";
import { maskText } from "../../../core/text/mask-secrets.ts";
import { isMapping, type Mapping, mapValues } from "../../../core/yaml/value.ts";
import { defined } from "../../../lib/defined.ts";
import { isObject, type JsonObject, nonEmptyText, objectAt } from "../http/json.ts";
import { serviceTypes } from "../rest/fields/run-settings.ts";
import { snakeFields } from "../rest/values/letter-case.ts";
import { mappingOrEmpty, withoutMissing } from "../rest/values/mappings.ts";

const textFields = ["endpoint", "type", "status", "error_message", "nodes", "ssh_public_keys", "log_dir"] as const;
const maxTextChars = 3000;

/** Address of the job's page in the studio. */
export function studioUrl(services: unknown): string | undefined {
  const endpoint = nonEmptyText(objectAt(services, "Studio").endpoint);
  return endpoint?.startsWith("https://") === true ? endpoint : undefined;
}

/** Name -> service with the SDK's field names, as stored in the record; undefined if there are no services. */
export function observedServices(services: unknown): Observation["services"] {
  if (!isObject(services)) return undefined;
  const objects = Object.fromEntries(Object.entries(services).filter(([, service]) => isObject(service))) as Mapping;
  const observed = Object.entries(servicesFrom(objects)).map(
    ([name, service]) => [name, observedService(service)] as const,
  );
  return observed.length === 0 ? undefined : Object.fromEntries(observed);
}

const serviceNames: Readonly<Record<string, string>> = { ...serviceTypes, custom: "Custom" };

/** Services with the SDK's field names and types, and with the endpoint, status and error that they report. */
export function servicesFrom(services: Mapping): Mapping {
  return mapValues(services, (service) => {
    // In run history, the field has no prefix.
    const {
      type,
      job_service_type: restType = type,
      nodes,
      properties,
      ...rest
    } = snakeFields(mappingOrEmpty(service));
    const { sshPublicKeys, logDir, ...own } = mappingOrEmpty(properties);
    const [sdkType = restType ?? "custom"] = Object.entries(serviceNames).find(([, name]) => name === restType) ?? [];
    const hasOwn = isMapping(properties) && (Object.keys(own).length > 0 || Object.keys(properties).length === 0);
    return withoutMissing({
      ...rest,
      type: sdkType,
      nodes: isMapping(nodes) ? "all" : undefined,
      properties: hasOwn ? own : undefined,
      ssh_public_keys: sshPublicKeys,
      log_dir: logDir,
    });
  });
}

function observedService(service: unknown): Record<string, unknown> {
  const { port, ...fields } = objectAt({ service }, "service");
  const properties = maskedTexts(objectAt(fields, "properties"));
  return {
    ...maskedTexts(Object.fromEntries(textFields.map((key) => [key, fields[key]]))),
    ...defined({
      port: typeof port === "number" ? port : undefined,
      properties: Object.keys(properties).length === 0 ? undefined : properties,
    }),
  };
}

/** The fields that are texts, shortened and with masked secrets. */
function maskedTexts(fields: JsonObject): Readonly<Record<string, string>> {
  const texts = Object.entries(fields).filter(
    (field): field is [string, string] => nonEmptyText(field[1]) !== undefined,
  );
  return Object.fromEntries(texts.map(([key, text]) => [key, maskText(text.slice(0, maxTextChars))]));
}
