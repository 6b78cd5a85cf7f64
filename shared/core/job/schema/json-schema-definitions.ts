import { defined } from "../../../lib/defined.ts";
import type { JsonSchema } from "./schema.ts";

/** A smaller one is not worth a name. */
const smallest = 200;

/** Words that hold schemas. A condition stays where it is. */
const single = ["items", "additionalProperties", "then", "else"];
const lists = ["anyOf", "allOf"];
const maps = ["properties", "patternProperties"];

interface Part {
  /** Equal for equal schemas, whatever their descriptions: those are of the field that has them. */
  readonly id: number;
  /** About as many letters as it has. */
  readonly size: number;
}

/** The same schema, in which what stands in it more than once stands below `definitions`, under the name of a field that has it. */
export function withDefinitions(schema: JsonSchema): JsonSchema {
  const partOf = partFinder();
  const counts = new Map<number, number>();
  const count = (each: JsonSchema): JsonSchema => {
    const { id } = partOf(each);
    const times = (counts.get(id) ?? 0) + 1;
    counts.set(id, times);
    // What is in one that was seen is counted already.
    return times > 1 ? each : mapParts(each, "", count);
  };
  mapParts(schema, "", count);

  const definitions: Record<string, JsonSchema> = {};
  const names = new Map<number, string>();
  const replace = (each: JsonSchema, field: string): JsonSchema => {
    const { id, size } = partOf(each);
    if (size < smallest || (counts.get(id) ?? 0) < 2) return mapParts(each, field, replace);
    let name = names.get(id);
    if (name === undefined) {
      name = freeName(field, definitions);
      names.set(id, name);
      // The name is taken before its parts look for theirs.
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

/** Tells equal schemas by the ids of their parts: to compare them as a whole, each with each, takes a second. */
function partFinder(): (schema: JsonSchema) => Part {
  const parts = new Map<string, Part>();
  const known = new WeakMap<JsonSchema, Part>();
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

/** A schema whose direct parts are changed; each comes with the name of the field that it is of. */
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
