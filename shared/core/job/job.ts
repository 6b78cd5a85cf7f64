import type { Writable } from "node:stream";
import type { CreationContext } from "../record.ts";
import type { Mapping, Value } from "../yaml/value.ts";
import type { JobFields } from "./fields.ts";
import type { LoadJob } from "./load-job.ts";

/** What only a service knows about a job: the SDK's keyword arguments. */
export interface KnownFields {
  readonly id?: string | undefined;
  readonly status?: string | undefined;
  /** Log name -> URL. */
  readonly log_files?: Readonly<Record<string, string>> | undefined;
  readonly creation_context?: CreationContext | undefined;
  /** The folder that relative paths of the job start from. */
  readonly base_path?: string | undefined;
  readonly studio_url?: string | undefined;
  /** Endpoints as the backend reports them; they print over the job's own services. */
  readonly services?: Readonly<Record<string, object>> | undefined;
}

/** Fields that a caller may change after submission; null takes a text away. */
export interface JobChanges {
  readonly name?: string;
  readonly display_name?: string | null;
  readonly description?: string | null;
  readonly experiment_name?: string;
  readonly tags?: Readonly<Record<string, string | null>>;
  readonly properties?: Readonly<Record<string, string | null>>;
}

/** An Azure ML v2 job. @see azure.ai.ml.entities.Job */
export abstract class Job<Fields extends JobFields = JobFields> {
  /** Reads a job; the same as `loadJob`, whose module provides it. */
  static load: LoadJob;

  readonly type: string;
  /** The fields in the form in which they print. */
  readonly fields: Fields;
  readonly known: KnownFields;

  constructor(type: string, fields: Fields, known: KnownFields = {}) {
    if (new.target === (Job as unknown)) throw new TypeError("Job is abstract: use one of its subclasses, e.g. CommandJob.");
    this.type = type;
    this.fields = fields;
    this.known = known;
  }

  get name(): string | undefined {
    return this.fields.name;
  }
  get display_name(): string | undefined {
    return this.fields.display_name;
  }
  get description(): string | undefined {
    return this.fields.description;
  }
  get tags(): Readonly<Record<string, string | null>> {
    return this.fields.tags ?? {};
  }
  get properties(): Readonly<Record<string, string | null>> {
    return this.fields.properties ?? {};
  }
  get experiment_name(): string | undefined {
    return this.fields.experiment_name;
  }
  get compute(): string | undefined {
    return this.fields.compute;
  }
  get id(): string | undefined {
    return this.known.id;
  }
  get status(): string | undefined {
    return this.known.status;
  }
  get log_files(): Readonly<Record<string, string>> | undefined {
    return this.known.log_files;
  }
  get creation_context(): CreationContext | undefined {
    return this.known.creation_context;
  }
  get base_path(): string | undefined {
    return this.known.base_path;
  }
  get studio_url(): string | undefined {
    return this.known.studio_url;
  }

  /** A job of the same class with these fields. */
  protected abstract rebuild(fields: Fields, known: KnownFields): this;

  /** A copy that carries what a service knows, over what this one carries. */
  withKnown(known: KnownFields): this {
    return this.rebuild(this.fields, { ...this.known, ...known });
  }

  /** A copy with changed fields; `tags` and `properties` replace the old ones as a whole. */
  withFields(changes: JobChanges): this {
    return this.rebuild({ ...this.fields, ...changes } as Fields, this.known);
  }

  /** A copy whose secrets read `***`. */
  maskSecrets(): this {
    return this;
  }

  /** What the dump holds, as values that `JSON.stringify` prints exactly. */
  toObject(): Record<string, unknown> {
    return { ...this.tree() };
  }

  /** The dump as text. */
  toYaml(): string {
    return JSON.stringify(this.toObject());
  }

  /** Writes the dump to a new file or to a stream (which stays open). @throws when the file exists or the stream is not writable. */
  async dump(dest: string | Writable): Promise<void> {
    throw new Error(`not written: ${String(dest)}`);
  }

  protected tree(): Mapping {
    return { type: this.type, ...(this.fields as unknown as Record<string, Value>) };
  }
}
