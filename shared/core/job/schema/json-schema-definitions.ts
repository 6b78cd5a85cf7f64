import { defined } from "../../../lib/defined.ts";
import type { JsonSchema } from "./json-schema.ts";

/** Approximate length of a part as JSON below which it is repeated instead of moved to `definitions`. */
const minSize = 200;

/** Keywords that contain one schema, a list or a mapping of schemas; `if` is excluded, because it is not replaced. */
const single = ["items", "additionalProperties", "then", "else"];
const lists = ["anyOf", "allOf"];
const maps = ["properties", "patternProperties"];

interface Part {
  /** Shared by schemas that differ only in their description, which belongs to the field. */
  readonly id: number;
  /** Approximate length as JSON. */
  readonly size: number;
}

/** An equivalent schema whose repeated parts are in `definitions`, named after one of the fields that use them. */
export function withDefinitions(schema: JsonSchema): JsonSchema {
  const partOf = partFinder();
  const counts = new Map<number, number>();
  const count = (each: JsonSchema): JsonSchema => {
    const { id } = partOf(each);
    const times = (counts.get(id) ?? 0) + 1;
    counts.set(id, times);
    // The parts of a repeated schema were counted with its first occurrence.
    return times > 1 ? each : mapParts(each, "", count);
  };
  mapParts(schema, "", count);

  const definitions: Record<string, JsonSchema> = {};
  const names = new Map<number, string>();
  const replace = (each: JsonSchema, field: string): JsonSchema => {
    const { id, size } = partOf(each);
    if (size < minSize || (counts.get(id) ?? 0) < 2) return mapParts(each, field, replace);
    let name = names.get(id);
    if (name === undefined) {
      name = freeName(field, definitions);
      names.set(id, name);
      // Reserves the name before its parts are named.
      definitions[name] = {};
      definitions[name] = mapParts(withoutDescription(each), field, replace);
    }
    return {
      ...defined({ description: each.description }),
      $ref: `#/definitions/${name}`,
    };
  };
  return { ...mapParts(schema, "schema", replace), definitions };
}

/** Identifies equal schemas by the ids of their parts, because comparing all pairs takes a second. */
function partFinder(): (schema: JsonSchema) => Part {
  const parts = new Map<string, Part>();
  const known = new Map<JsonSchema, Part>();
  const partOf = (schema: JsonSchema): Part => {
    const found = known.get(schema);
    if (found !== undefined) return found;
    let size = 0;
    const shape = mapParts(withoutDescription(schema), "", (each) => {
      const part = partOf(each);
      size += part.size;
      return { part: part.id, description: each.description };
    });
    const key = JSON.stringify(shape);
    const part = parts.get(key) ?? { id: parts.size, size: size + key.length };
    parts.set(key, part);
    known.set(schema, part);
    return part;
  };
  return partOf;
}

function withoutDescription({ description: _description, ...rest }: JsonSchema): JsonSchema {
  return rest;
}

function freeName(field: string, taken: Readonly<Record<string, unknown>>): string {
  const plain = field.replaceAll(/\W/g, "_");
  let name = plain;
  for (let number = 2; Object.hasOwn(taken, name); number++) name = `${plain}_${number}`;
  return name;
}

/** A schema with changed direct parts; `change` also gets the name of the field that a part belongs to. */
function mapParts(
  schema: JsonSchema,
  field: string,
  change: (part: JsonSchema, field: string) => JsonSchema,
): JsonSchema {
  const isSchema = (part: unknown): part is JsonSchema => typeof part === "object" && part !== null;
  const entries = Object.entries(schema).map(([word, value]) => {
    if (single.includes(word) && isSchema(value)) return [word, change(value, field)];
    if (lists.includes(word)) return [word, (value as readonly JsonSchema[]).map((part) => change(part, field))];
    if (maps.includes(word))
      return [
        word,
        Object.fromEntries(
          Object.entries(value as object).map(([name, part]) => [name, change(part as JsonSchema, name)]),
        ),
      ];
    return [word, value];
  });
  return Object.fromEntries(entries);
}
