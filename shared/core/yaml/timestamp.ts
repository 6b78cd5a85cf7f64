/**
 * Dates and times as PyYAML reads them: `2001-12-14`, `2001-12-14 21:59:43.10 -5`.
 * @see construct_yaml_timestamp of PyYAML 6
 */
const timestamp =
  /^(?<year>\d{4})-(?<month>\d\d?)-(?<day>\d\d?)(?:(?:[Tt]|[ \t]+)(?<hour>\d\d?):(?<minute>\d\d):(?<second>\d\d)(?:\.(?<fraction>\d*))?(?:[ \t]*(?<zone>Z|(?<sign>[-+])(?<zoneHour>\d\d?)(?::(?<zoneMinute>\d\d))?))?)?$/;
const dateOnly = /^\d{4}-\d{2}-\d{2}$/;

/** Whether a plain scalar looks like a date, or a date with a time. */
export function isTimestamp(text: string): boolean {
  return timestamp.test(text) && (text.length > 10 || dateOnly.test(text));
}

/** The date as Python prints it, `2001-12-14 21:59:43.100000-05:00`; undefined if the day or time does not exist. */
export function pythonTimestamp(text: string): string | undefined {
  const parts = timestamp.exec(text)?.groups;
  if (parts === undefined) return undefined;
  const {
    year = "",
    month = "",
    day = "",
    hour,
    minute = "",
    second = "",
    fraction,
    zone,
    sign,
    zoneHour = "0",
    zoneMinute = "0",
  } = parts;
  const two = (digits: string): string => digits.padStart(2, "0");
  const date = `${year}-${two(month)}-${two(day)}`;
  // A day that does not exist rolls over into the next month.
  const calendar = new Date(`${date}T00:00:00Z`);
  if (year === "0000" || Number.isNaN(calendar.getTime()) || calendar.getUTCDate() !== Number(day)) return undefined;
  if (hour === undefined) return date;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const micros = (fraction ?? "").slice(0, 6).padEnd(6, "0");
  const time = `${two(hour)}:${minute}:${second}${Number(micros) === 0 ? "" : `.${micros}`}`;
  if (zone === undefined) return `${date} ${time}`;
  const minutes = Number(zoneHour) * 60 + Number(zoneMinute);
  if (minutes >= 24 * 60) return undefined;
  const offset = `${two(String(Math.floor(minutes / 60)))}:${two(String(minutes % 60))}`;
  return `${date} ${time}${sign === "-" && minutes > 0 ? "-" : "+"}${offset}`;
}
