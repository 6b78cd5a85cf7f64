/** Warns about fields of a component that the SDK ignores although they were meant for something. */
import type { Report } from "../../../diagnostic.ts";
import { pointer } from "../../../issues.ts";
import { isMapping, type Mapping, type Value } from "../../../yaml/value.ts";
import { closest } from "../../schema/closest.ts";
import type { Schema } from "../../schema/schema.ts";
import { type Shape, shapesOf } from "../../schema/suggest/shapes.ts";
import { componentOptions } from "./components/components.ts";

/** Fields of jobs and nodes that have no effect in a component. */
const nodeFields: readonly string[] = ["compute", "limits", "identity", "experiment_name"];

/** Fields of components that accept unknown fields and drop them. */
const openFields: readonly string[] = ["resources", "distribution", "task"];

/** Known in all components. */
const commonFields: readonly string[] = [...componentOptions.readOnly, ...componentOptions.ignored];

/**
 * Checks the unknown fields of a component with the fields of `type`; most are valid, e.g. those of other tools.
 * `isSet` is true for fields that its node sets.
 */
export function checkComponentFields(
  component: Mapping,
  type: Schema<unknown>,
  isSet: (field: string) => boolean,
  report: Report,
): void {
  const shapes = shapesOf(type);
  if (shapes.length === 0) return;
  for (const key of nodeFields) {
    if (component[key] === undefined || shapes.some((shape) => Object.hasOwn(shape, key))) continue;
    const message = "is a field of jobs and nodes, which has no effect in a component. Set it on the node.";
    const fix = { up: 1, patch: [{ op: "remove", path: pointer([key]) }] } as const;
    report({ code: "unknown_field", message, path: [key], severity: "warning", ...(isSet(key) ? { fix } : {}) });
  }
  checkFields(component, shapes, [], report);
  for (const field of openFields) {
    const inner = shapes.flatMap((shape) => (shape[field] === undefined ? [] : shapesOf(shape[field])));
    if (inner.length > 0) checkFields(component[field], inner, [field], report);
  }
}

/** Limits the time for suggestions. */
const maxKeys = 100;

/** Shorter names are close to too many others. */
const minLength = 5;

function checkFields(
  value: Value | undefined,
  shapes: readonly Shape[],
  path: readonly PropertyKey[],
  report: Report,
): void {
  if (!isMapping(value)) return;
  const isKnown = (key: string): boolean =>
    shapes.some((shape) => Object.hasOwn(shape, key)) || nodeFields.includes(key) || commonFields.includes(key);
  const unknown = Object.keys(value).filter((key) => !isKnown(key));
  for (const key of unknown.slice(0, maxKeys)) {
    const guess = key.length < minLength ? undefined : closest(key, optionalFields(shapes, value));
    if (guess === undefined) continue;
    const message = `is not a field of a component, and is ignored; did you mean ${guess}?`;
    report({ code: "unknown_field", message, path: [...path, key], severity: "warning", fix: { renameTo: guess } });
  }
}

/** The missing fields, except for those without which the component is refused. */
function optionalFields(shapes: readonly Shape[], value: Mapping): readonly string[] {
  const fields = shapes.flatMap((shape) =>
    Object.entries(shape).flatMap(([name, type]) => (type._zod.optin === "optional" && name !== "jobs" ? [name] : [])),
  );
  return [...new Set(fields)].filter((name) => !Object.hasOwn(value, name));
}
