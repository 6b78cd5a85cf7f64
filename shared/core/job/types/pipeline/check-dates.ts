import type { Report } from "../../../diagnostic.ts";
import { isDate, isMapping, type Mapping, type Value } from "../../../yaml/value.ts";

/** Fields of nodes and components whose dates are sent as text, that are not sent, or that are checked elsewhere. */
const sentAsText: readonly string[] = [
  ...["component", "trial", "environment", "environment_variables", "inputs", "outputs", "settings", "tags", "task"],
];

/** Reports dates in unknown fields and properties of a node and its component, which the SDK cannot send. */
export function checkDates(node: Mapping, report: Report): void {
  checkHolder(node, [], [...sentAsText, "resources"], report);
  for (const field of ["component", "trial"]) {
    const component = node[field];
    if (isMapping(component)) checkHolder(component, [field], sentAsText, report);
  }
}

function checkHolder(holder: Mapping, path: readonly PropertyKey[], ignored: readonly string[], report: Report): void {
  for (const [name, value] of Object.entries(holder))
    if (!ignored.includes(name)) checkValue(value, [...path, name], report);
}

function checkValue(value: Value | undefined, path: readonly PropertyKey[], report: Report): void {
  if (isDate(value))
    report({
      code: "wrong_type",
      message: "is a date, which cannot be sent in this field; quote it to make it text.",
      path,
      severity: "blocker",
      fix: { replaceWith: value.text },
    });
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) checkValue(item, [...path, index], report);
  else if (isMapping(value))
    for (const [name, item] of Object.entries(value)) checkValue(item, [...path, name], report);
}
