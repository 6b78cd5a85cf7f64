/** The forms that settings have. */
import * as z from "zod/mini";

interface Setting<Form extends z.ZodMiniType> {
  readonly form: Form;
  readonly meaning: string;
  /** What counts when the setting is not made. */
  readonly fallback?: z.output<Form>;
}

export function setting<Form extends z.ZodMiniType>(
  form: Form,
  meaning: string,
  fallback: z.output<Form>,
): Setting<Form> & { readonly fallback: z.output<Form> } {
  return { form, meaning, fallback };
}

export const text = z.string("is missing").check(z.minLength(1));
export const oneOf = <const Words extends readonly string[]>(...words: Words) =>
  z.enum(words, `must be ${words.map((word) => `\`${word}\``).join(" or ")}`);
/** The environment has numbers as text. */
const number = (isRight: (value: number) => boolean, error: string) =>
  z.coerce.number(error).check(z.refine(isRight, error));
export const seconds = (most: number) =>
  number((value) => value > 0 && value <= most, `must be a number above 0, at most ${most}`);
export const count = (most: number) =>
  number((value) => Number.isInteger(value) && value > 0 && value <= most, `must be a whole number from 1 to ${most}`);
/** As far as it can be told from outside: the host has the last word. A function whose schedule it refuses would just not be there. */
const isSchedule = (value: string) =>
  /^\s*([\w*,/-]+\s+){4,5}[\w*,/-]+\s*$/.test(value) || /^(\d+\.)?\d{1,2}:\d{2}:\d{2}$/.test(value);
export const schedule = text.check(
  z.refine(isSchedule, "must be an NCRONTAB expression such as `*/15 * * * * *`, or a time such as `00:00:15`"),
);
export const url = z.url({ protocol: /^https?$/, error: "must be an http or https URL" });
