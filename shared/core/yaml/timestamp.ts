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

interface Timestamp {
  /** `2001-12-14` */
  readonly date: string;
  /** `21:59:43` or `21:59:43.100000`; undefined for a date only. */
  readonly time: string | undefined;
  /** Minutes ahead of UTC; undefined without a zone. */
  readonly zoneMinutes: number | undefined;
}

/** The date as Python prints it, `2001-12-14 21:59:43.100000-05:00`; undefined if the day or time does not exist. */
export function pythonTimestamp(text: string): string | undefined {
  const parsed = parseTimestamp(text);
  if (parsed === undefined) return undefined;
  const { date, time, zoneMinutes } = parsed;
  if (time === undefined) return date;
  return `${date} ${time}${zoneMinutes === undefined ? "" : offset(zoneMinutes)}`;
}

/**
 * The date as the SDK sends it: `2001-12-14`, or with a time, in UTC, `2001-12-15T02:59:43.100000Z`. A time without a
 * zone is in UTC. Undefined if the day or time does not exist, or if it is not in the years 1 to 9999 in UTC.
 * @see _serialize_datetime of the SDK's REST client
 */
export function utcTimestamp(text: string): string | undefined {
  const parsed = parseTimestamp(text);
  if (parsed === undefined) return undefined;
  const { date, time, zoneMinutes = 0 } = parsed;
  if (time === undefined) return date;
  const [seconds = "", micros] = time.split(".");
  const utc = new Date(Date.parse(`${date}T${seconds}Z`) - zoneMinutes * 60_000).toISOString();
  const isInPython = /^(?!0000)\d{4}-/.test(utc);
  return isInPython ? `${utc.slice(0, 19)}${micros === undefined ? "" : `.${micros}`}Z` : undefined;
}

function parseTimestamp(text: string): Timestamp | undefined {
  const parts = timestamp.exec(text)?.groups;
  if (parts === undefined) return undefined;
  const { year = "", month = "", day = "", hour, minute = "", second = "", fraction = "" } = parts;
  const date = `${year}-${two(month)}-${two(day)}`;
  // A day that does not exist rolls over into the next month.
  const calendar = new Date(`${date}T00:00:00Z`);
  if (year === "0000" || Number.isNaN(calendar.getTime()) || calendar.getUTCDate() !== Number(day)) return undefined;
  if (hour === undefined) return { date, time: undefined, zoneMinutes: undefined };
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const micros = fraction.slice(0, 6).padEnd(6, "0");
  const time = `${two(hour)}:${minute}:${second}${Number(micros) === 0 ? "" : `.${micros}`}`;
  const zoneMinutes = zoneOf(parts);
  return zoneMinutes !== undefined && Math.abs(zoneMinutes) >= 24 * 60 ? undefined : { date, time, zoneMinutes };
}

function zoneOf({
  zone,
  sign,
  zoneHour = "0",
  zoneMinute = "0",
}: Readonly<Record<string, string>>): number | undefined {
  if (zone === undefined) return undefined;
  const minutes = Number(zoneHour) * 60 + Number(zoneMinute);
  return sign === "-" ? -minutes : minutes;
}

function offset(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(String(Math.floor(size / 60)))}:${two(String(size % 60))}`;
}

function two(digits: string): string {
  return digits.padStart(2, "0");
}
