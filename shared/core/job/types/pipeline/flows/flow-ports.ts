import { isMapping, type Mapping, type Value } from "../../../../yaml/value.ts";

const folder = { type: "uri_folder" };

/** The ports of a prompt flow. Its inputs may have any other names, which are mapped to those of its steps. */
export function flowPorts(given: Value | undefined): Mapping {
  const names = isMapping(given) ? Object.keys(given) : [];
  const mapped = Object.fromEntries(names.map((name) => [name, { type: "string", optional: true }]));
  return {
    inputs: { ...mapped, data: folder, flow_outputs: { ...folder, optional: true } },
    outputs: { flow_outputs: folder, debug_info: folder },
  };
}
