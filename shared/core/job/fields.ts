import type { Mapping } from "../yaml/value.ts";

/** Fields that a job of any type may have; `null` values of tags and properties are Azure ML's. */
export interface JobFields {
  readonly name?: string | undefined;
  readonly display_name?: string | undefined;
  readonly description?: string | undefined;
  readonly tags?: Readonly<Record<string, string | null>> | undefined;
  readonly properties?: Readonly<Record<string, string | null>> | undefined;
  readonly experiment_name?: string | undefined;
  readonly compute?: string | undefined;
  readonly services?: Mapping | undefined;
}
