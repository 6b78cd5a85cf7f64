import type { Report } from "../../../diagnostic.ts";
import { isMapping, type Mapping, type Value } from "../../../yaml/value.ts";
import { show } from "../../schema/show.ts";

/** Checks that the tags of a node with a component can be a mapping, as Python's dict() converts them. */
export function checkNodeTags({ tags }: Mapping, report: Report): void {
  if (tags === undefined || tags === null || isMapping(tags) || isEmpty(tags)) return;
  if (Array.isArray(tags) && tags.every(isPair)) return;
  report({
    code: "wrong_type",
    message: `is ${show(tags)}; expected a mapping of names to values.`,
    path: ["tags"],
    severity: "error",
  });
}

function isEmpty(value: Value): boolean {
  return value === "" || value === false || value === 0;
}

function isPair(item: Value): boolean {
  return (Array.isArray(item) || typeof item === "string") && item.length === 2;
}
