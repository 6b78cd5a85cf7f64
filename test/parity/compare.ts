import { pythonText } from "../../shared/core/yaml/python-text.ts";
import { isDate, isFloat, isInteger, isMapping, numberOf, type Value } from "../../shared/core/yaml/value.ts";

/** A difference between our dump and the SDK's; undefined stands for a missing value. */
export interface Difference {
  readonly path: readonly string[];
  readonly ours: Value | undefined;
  readonly sdk: Value | undefined;
}

/** All differences between the values of two dumps. */
export function differences(
  ours: Value | undefined,
  sdk: Value | undefined,
  path: readonly string[] = [],
): Difference[] {
  if (isMapping(ours) && isMapping(sdk)) {
    const keys = [...new Set([...Object.keys(ours), ...Object.keys(sdk)])];
    return keys.flatMap((key) => differences(ours[key], sdk[key], [...path, key]));
  }
  if (Array.isArray(ours) && Array.isArray(sdk) && ours.length === sdk.length) {
    return ours.flatMap((item: Value, index) => differences(item, sdk[index], [...path, String(index)]));
  }
  return sameScalar(ours, sdk) ? [] : [{ path, ours, sdk }];
}

/** Whether scalars are equal; `1` and `1.0` are not, as in YAML and Python. */
function sameScalar(a: Value | undefined, b: Value | undefined): boolean {
  if (isInteger(a) && isInteger(b)) return BigInt(a) === BigInt(b);
  if (isFloat(a) && isFloat(b)) return Object.is(numberOf(a), numberOf(b));
  if (isDate(a) && isDate(b)) return pythonText(a) === pythonText(b);
  return a === b;
}
