/** Schemas of setting values. Environment variables are text, so numbers are converted. */
import * as z from "zod/mini";
import { isLoopbackUrl } from "../lib/loopback.ts";

/** Any text that is not empty. */
export const text = z.string("is missing").check(z.minLength(1));

/** One of `values`. */
export const oneOf = <const Words extends readonly string[]>(...values: Words) =>
  z.enum(values, `must be ${values.map((value) => `\`${value}\``).join(" or ")}`);

/** Text that matches `pattern`; `expected` completes the message "must be ...". */
export const matching = (pattern: RegExp, expected: string) => text.check(z.regex(pattern, `must be ${expected}`));

const number = (isValid: (value: number) => boolean, error: string) =>
  z.coerce.number(error).check(z.refine(isValid, error));

/** A number above 0, at most `max`; decimals are allowed. */
export const seconds = (max: number) =>
  number((value) => value > 0 && value <= max, `must be a number above 0, at most ${max}`);

/** A whole number from 1 to `max`. */
export const count = (max: number) =>
  number((value) => Number.isInteger(value) && value > 0 && value <= max, `must be a whole number from 1 to ${max}`);

const isSchedule = (value: string) =>
  /^\s*([\w*,/-]+\s+){4,5}[\w*,/-]+\s*$/.test(value) || /^(\d+\.)?\d{1,2}:\d{2}:\d{2}$/.test(value);

/**
 * The form of an NCRONTAB schedule. The form is checked at start, because the Functions host silently skips a function
 * with an invalid schedule.
 */
export const schedule = text.check(
  z.refine(isSchedule, "must be an NCRONTAB expression such as `*/15 * * * * *`, or a time such as `00:00:15`"),
);

/** An http or https URL. */
export const url = z.url({ protocol: /^https?$/, error: "must be an http or https URL" });

const isHttpsOrLoopback = (value: string) =>
  URL.canParse(value) &&
  (new URL(value).protocol === "https:" || (new URL(value).protocol === "http:" && isLoopbackUrl(value)));

/** An https URL without a path. Access tokens are sent to it, so http is accepted for loopback hosts only. */
export const tokenUrl = text.check(
  z.refine(
    (value) => isHttpsOrLoopback(value) && /^https?:\/\/[^/?#@]+\/?$/.test(value),
    "must be an https URL without a path; http is accepted for this machine only",
  ),
);

const isLogHost = (host: string) =>
  /^([a-z0-9-]+\.)+[a-z]+$/.test(host) || (/^http:\/\/[^/]+:\d+$/.test(host) && isHttpsOrLoopback(host));

/** Domains separated by commas; an http URL with a port is accepted for loopback hosts. */
export const logHosts = text.check(
  z.refine(
    (value) => value.split(",").every(isLogHost),
    "must be domains such as `blob.core.windows.net`, separated by commas; an http URL with a port is accepted for " +
      "this machine only",
  ),
);
