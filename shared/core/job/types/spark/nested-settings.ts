import type { Report } from "../../../diagnostic.ts";
import { toJson } from "../../../yaml/to-json.ts";
import { isMapping, type Mapping, type Value } from "../../../yaml/value.ts";
import { isSparkSetting } from "./spark-settings.ts";

/**
 * Reports mappings that contain one of the `needed` settings, as in `spark: {driver: {cores: 1}}`, which the SDK does
 * not find. Returns the settings under their names with dots.
 */
export function mendNested(conf: Mapping, needed: readonly string[], report: Report): Mapping {
  const settings = Object.fromEntries(Object.entries(conf).flatMap(([key, value]) => withDots(key, value)));
  const found = needed.filter((name) => conf[name] === undefined && settings[name] !== undefined);
  const [first] = found;
  const nested = Object.keys(conf).find((key) => isMapping(conf[key]));
  if (first === undefined || nested === undefined) return conf;
  report({
    code: "incomplete",
    message: `is a mapping, which is not read; write the names of settings with dots: ${first}.`,
    path: ["conf", nested],
    severity: "blocker",
    fix: { up: 1, patch: [{ op: "replace", path: "", value: toJson(settings) }] },
  });
  return settings;
}

/** The settings in a value, by their names with dots; `spark.` is added where it makes a setting of Azure ML. */
function withDots(name: string, value: Value | undefined): readonly (readonly [string, Value | undefined])[] {
  if (isMapping(value)) return Object.entries(value).flatMap(([key, inner]) => withDots(`${name}.${key}`, inner));
  const full = `spark.${name}`;
  return [[isSparkSetting(full) ? full : name, value]];
}
