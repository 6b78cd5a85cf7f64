/**
 * Inline constraints of route templates.
 * @see https://learn.microsoft.com/aspnet/core/fundamentals/routing#route-constraints
 */

type Test = (value: string) => boolean;

const integer = /^\s*[+-]?\d+\s*$/;
const decimal = /^\s*[+-]?(\d+(,\d+)*(\.\d*)?|\.\d+)\s*$/;
const float = /^\s*[+-]?((\d+(,\d+)*(\.\d*)?|\.\d+)(e[+-]?\d+)?|infinity|nan)\s*$/i;
const guids: readonly RegExp[] = [
  /^\s*[0-9a-f]{32}\s*$/i,
  /^\s*[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\s*$/i,
  /^\s*\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}\s*$/i,
  /^\s*\([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\)\s*$/i,
];
const isBetween = (value: string, min: bigint, max: bigint) =>
  integer.test(value) && BigInt(value.trim()) >= min && BigInt(value.trim()) <= max;
const isLong: Test = (value) => isBetween(value, -(2n ** 63n), 2n ** 63n - 1n);

const withoutArgument: Readonly<Record<string, Test>> = {
  alpha: (value) => /^[a-z]*$/i.test(value),
  bool: (value) => /^\s*(true|false)\s*$/i.test(value),
  datetime: (value) => !Number.isNaN(Date.parse(value)),
  decimal: (value) => decimal.test(value),
  double: (value) => float.test(value),
  float: (value) => float.test(value),
  guid: (value) => guids.some((guid) => guid.test(value)),
  int: (value) => isBetween(value, -(2n ** 31n), 2n ** 31n - 1n),
  long: isLong,
  required: (value) => value !== "",
};

const numbers = (argument: string) => argument.split(",").map((part) => Number(part.trim()));

const withArgument: Readonly<Record<string, (argument: string) => Test>> = {
  length: (argument) => {
    const [min = 0, max = min] = numbers(argument);
    return (value) => value.length >= min && value.length <= max;
  },
  max: (argument) => (value) => isLong(value) && BigInt(value.trim()) <= BigInt(argument.trim()),
  maxlength: (argument) => (value) => value.length <= Number(argument),
  min: (argument) => (value) => isLong(value) && BigInt(value.trim()) >= BigInt(argument.trim()),
  minlength: (argument) => (value) => value.length >= Number(argument),
  range: (argument) => {
    const [min = "0", max = "0"] = argument.split(",").map((part) => part.trim());
    return (value) => isLong(value) && isBetween(value, BigInt(min), BigInt(max));
  },
  regex: (argument) => {
    const pattern = new RegExp(argument, "i");
    return (value) => pattern.test(value);
  },
};

/** Parses a constraint such as `int` or `range(1,5)` into a test of a value. @throws if it is unknown. */
export function parseRouteConstraint(text: string): Test {
  const [, name = "", argument] = /^([^(]*)(?:\(([\s\S]*)\))?$/.exec(text) ?? [];
  const test =
    argument === undefined ? withoutArgument[name.toLowerCase()] : withArgument[name.toLowerCase()]?.(argument);
  if (test === undefined) throw new Error(`The constraint reference '${text}' could not be resolved to a type.`);
  return test;
}
