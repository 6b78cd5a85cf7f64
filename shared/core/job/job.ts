import type { Writable } from "node:stream";
import { defined } from "../../lib/defined.ts";
import { ServiceError } from "../errors.ts";
import { pointer } from "../issues.ts";
import type { CreationContext } from "../records/record.ts";
import { toJson } from "../yaml/to-json.ts";
import type { Mapping, Value } from "../yaml/value.ts";
import { writeYaml } from "../yaml/write-yaml.ts";
import type { JobFields } from "./fields/base-fields.ts";
import type { KnownFields } from "./known-fields.ts";
import { parseFields } from "./schema/parse-fields.ts";
import type { Piece } from "./schema/schema.ts";
import { maskValue } from "./schema/secrets.ts";
import { studioUrl } from "./studio-url.ts";

/** Fields that a caller may change after submission; null takes a text away. */
export interface JobChanges {
  readonly name?: string | null;
  readonly display_name?: string | null;
  readonly description?: string | null;
  readonly experiment_name?: string;
  readonly tags?: Readonly<Record<string, string | null>>;
  readonly properties?: Readonly<Record<string, string | null>>;
}

/** An Azure ML v2 job. Its fields are in the form in which they print. @see azure.ai.ml.entities.Job */
export abstract class Job<Fields extends JobFields = JobFields> {
  readonly type: string;
  readonly fields: Fields;
  readonly known: KnownFields;

  /** @throws ServiceError `invalid_job` with an issue for each thing that is wrong with the fields. */
  constructor(type: string, schema: Piece<Fields>, fields: Fields, known: KnownFields = {}) {
    if (new.target === (Job as unknown))
      throw new TypeError("Job is abstract; use one of its subclasses, e.g. CommandJob.");
    const parsed = parseFields(schema, fields);
    if (parsed.problems !== undefined) {
      const issues = parsed.problems.map(({ code, message, path = [] }) => ({
        pointer: pointer(path),
        code,
        message: `${path.join(".")} ${message}`,
      }));
      throw new ServiceError(
        "invalid_job",
        `These are not the fields of a ${type} job: ${issues.map((issue) => issue.message).join(" ")}`,
        { issues },
      );
    }
    this.type = type;
    this.fields = parsed.fields;
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
  /** `local`, or with the prefix `azureml:`. */
  get compute(): string | undefined {
    return this.fields.compute;
  }
  get services(): Readonly<Record<string, object>> | undefined {
    const { services } = this.fields;
    return services === undefined && this.known.services === undefined
      ? undefined
      : { ...services, ...this.known.services };
  }
  get id(): string | undefined {
    return this.known.id;
  }
  get status(): string | undefined {
    return this.known.status;
  }
  /** Log name -> URL. */
  get log_files(): Readonly<Record<string, string>> | undefined {
    return this.known.log_files;
  }
  get creation_context(): CreationContext | undefined {
    return this.known.creation_context;
  }
  get base_path(): string | undefined {
    return this.known.base_path;
  }
  /** The address of the job's page: from its Studio service, as the service gave it, or made of the id. */
  get studio_url(): string | undefined {
    return studioUrl(this.services, this.known);
  }

  /** A job of the same class with these fields. */
  protected rebuild(fields: Fields, known: KnownFields): this {
    return new (this.constructor as new (fields: Fields, known: KnownFields) => this)(fields, known);
  }

  /** What the dump of this type has besides, when the field is not given. */
  protected abstract get defaults(): Mapping;

  /** A copy that carries what a service knows, over what this one carries. */
  withKnown(known: KnownFields): this {
    // The fields stay, so they need no second look.
    return Object.assign(Object.create(Object.getPrototypeOf(this)), this, { known: { ...this.known, ...known } });
  }

  /** A copy with changed fields; `tags` and `properties` replace the old ones as a whole. */
  withFields({ name, display_name, description, ...changes }: JobChanges): this {
    const texts = {
      ...(name === undefined ? {} : { name: name ?? undefined }),
      ...(display_name === undefined ? {} : { display_name: display_name ?? undefined }),
      ...(description === undefined ? {} : { description: description ?? undefined }),
    };
    return this.rebuild({ ...this.fields, ...texts, ...changes }, this.known);
  }

  /** A copy whose secrets read `***`: passwords in URLs, signatures, keys of connection strings. */
  maskSecrets(): this {
    return this.rebuild(maskValue(this.fields as unknown as Value) as unknown as Fields, this.known);
  }

  /** What the dump holds, as values that `JSON.stringify` prints exactly: big integers, and `1.0` as such. */
  toObject(): Record<string, unknown> {
    return toJson(this.tree()) as Record<string, unknown>;
  }

  /** The dump as text: what `az ml job` prints, and what loads again. */
  toYaml(): string {
    return writeYaml(this.tree());
  }

  /**
   * Writes the dump to a new file, or to a stream, which stays open.
   * @throws when the file exists (it stays as it is) or cannot be made, or the stream is not writable or fails.
   */
  async dump(dest: string | Writable, { signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const text = this.toYaml();
    if (typeof dest === "string") {
      // Loaded here: a service never writes files, and its start would wait for both.
      const { open } = await import("node:fs/promises");
      const file = await open(dest, "wx");
      try {
        await file.writeFile(text, { ...defined({ signal }) });
      } finally {
        await file.close();
      }
      return;
    }
    if (!dest.writable)
      throw new TypeError(
        "The destination of a dump must be a writable stream; this one is closed or not for writing.",
      );
    await write(dest, text, signal);
  }

  private tree(): Mapping {
    const { id, status, creation_context, log_files } = this.known;
    const known = {
      id: id === undefined ? undefined : `azureml:${id.replace(/^azureml:/, "")}`,
      status,
      creation_context,
      log_files,
      services: this.services,
    };
    return this.printed({ ...this.defaults, ...this.fields, ...known, type: this.type });
  }

  /** What of a dump is printed: all of it, but for types whose dumps leave out what is empty. */
  protected printed(dump: Mapping): Mapping {
    return dump;
  }
}

/** Ends when the stream has taken the text, and no later than the stream's own end. */
async function write(dest: Writable, text: string, signal: AbortSignal | undefined): Promise<void> {
  const { finished } = await import("node:stream/promises");
  const over = new AbortController();
  const written = new Promise<void>((resolve, reject) => {
    dest.write(text, (error) => (error === null || error === undefined ? resolve() : reject(error)));
  });
  const signals = signal === undefined ? over.signal : AbortSignal.any([over.signal, signal]);
  const closed = finished(dest, { signal: signals, cleanup: true });
  try {
    await Promise.race([written, closed]);
  } finally {
    over.abort();
    await Promise.allSettled([closed]);
  }
}
