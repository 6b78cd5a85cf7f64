/** Inline constraints of route templates. @see https://learn.microsoft.com/aspnet/core/fundamentals/routing#route-constraints */

type Test = (value: string) => boolean;

const integer = /^\s*[+-]?\d+\s*$/;
const decimal = /^\s*[+-]?(\d+(,\d+)*(\.\d*)?|\.\d+)\s*$/;
const float = /^\s*[+-]?((\d+(,\d+)*(\.\d*)?|\.\d+)(e[+-]?\d+)?|infinity|nan)\s*$/i;
const guid =
  /^\s*([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}|\([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\))\s*$/i;
const between = (value: string, least: bigint, most: bigint) =>
  integer.test(value) && BigInt(value.trim()) >= least && BigInt(value.trim()) <= most;
const isLong: Test = (value) => between(value, -(2n ** 63n), 2n ** 63n - 1n);

const plain: Readonly<Record<string, Test>> = {
  alpha: (value) => /^[a-z]*$/i.test(value),
  bool: (value) => /^\s*(true|false)\s*$/i.test(value),
  datetime: (value) => !Number.isNaN(Date.parse(value)),
  decimal: (value) => decimal.test(value),
  double: (value) => float.test(value),
  float: (value) => float.test(value),
  guid: (value) => guid.test(value),
  int: (value) => between(value, -(2n ** 31n), 2n ** 31n - 1n),
  long: isLong,
  required: (value) => value !== "",
};

const numbers = (argument: string) => argument.split(",").map((part) => Number(part.trim()));

const withArgument: Readonly<Record<string, (argument: string) => Test>> = {
  length: (argument) => {
    const [least = 0, most = least] = numbers(argument);
    return (value) => value.length >= least && value.length <= most;
  },
  max: (argument) => (value) => isLong(value) && BigInt(value.trim()) <= BigInt(argument.trim()),
  maxlength: (argument) => (value) => value.length <= Number(argument),
  min: (argument) => (value) => isLong(value) && BigInt(value.trim()) >= BigInt(argument.trim()),
  minlength: (argument) => (value) => value.length >= Number(argument),
  range: (argument) => {
    const [least = "0", most = "0"] = argument.split(",").map((part) => part.trim());
    return (value) => isLong(value) && between(value, BigInt(least), BigInt(most));
  },
  regex: (argument) => {
    const pattern = new RegExp(argument, "i");
    return (value) => pattern.test(value);
  },
};

/** The test that a constraint such as `int` or `range(1,5)` stands for. @throws when there is no such constraint. */
export function parseRouteConstraint(text: string): Test {
  const [, name = "", argument] = /^([^(]*)(?:\(([\s\S]*)\))?$/.exec(text) ?? [];
  const test = argument === undefined ? plain[name.toLowerCase()] : withArgument[name.toLowerCase()]?.(argument);
  if (test === undefined) throw new Error(`The constraint reference '${text}' could not be resolved to a type.`);
  return test;
}
