const pattern = /^(-)?(?:(\d+)\.)?(\d+)(?::([0-5]?\d)(?::([0-5]?\d)(?:\.(\d{1,7}))?)?)?$/;

/**
 * Parses a .NET TimeSpan into milliseconds: `hh:mm:ss`, `d.hh:mm:ss.fff`, or a number of days. Undefined if it is
 * invalid.
 * @see https://learn.microsoft.com/dotnet/api/system.timespan.parse
 */
export function parseTimeSpan(text: string): number | undefined {
  const match = pattern.exec(text.trim());
  if (match === null) return undefined;
  const [, sign, days, first, minutes, seconds, fraction] = match;
  const direction = sign === undefined ? 1 : -1;
  if (minutes === undefined) return days === undefined ? direction * Number(first) * 86_400_000 : undefined;
  if (Number(first) > 23) return undefined;
  const wholeSeconds = ((Number(days ?? 0) * 24 + Number(first)) * 60 + Number(minutes)) * 60 + Number(seconds ?? 0);
  return direction * (wholeSeconds * 1000 + Number(`0.${fraction ?? 0}`) * 1000);
}
