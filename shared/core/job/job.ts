import type { Writable } from "node:stream";
import type { CreationContext } from "../records/record.ts";
import { maskValue } from "../text/mask-secrets.ts";
import { toJson } from "../yaml/to-json.ts";
import type { Mapping } from "../yaml/value.ts";
import { writeYaml } from "../yaml/write-yaml.ts";
import { editableFields, type JobFields } from "./fields/base-fields.ts";
import type { KnownFields } from "./known-fields.ts";
import { validFields } from "./schema/parse-fields.ts";
import type { Schema } from "./schema/schema.ts";
import { studioUrl } from "./studio-url.ts";
import { writeText } from "./write-text.ts";

/** Fields that can be changed after submission; null removes a text. */
export interface JobChanges {
  readonly name?: string | null;
  readonly display_name?: string | null;
  readonly description?: string | null;
  readonly experiment_name?: string;
  readonly tags?: Readonly<Record<string, string | null>>;
  readonly properties?: Readonly<Record<string, string | null>>;
}

/** An Azure ML v2 job. Its fields have their printed (normalized) form. @see azure.ai.ml.entities.Job */
export abstract class Job<Fields extends JobFields & Mapping = JobFields & Mapping> {
  readonly type: string;
  readonly fields: Fields;
  readonly known: KnownFields;

  /** @param fields valid fields: the output of the schema of the type. */
  constructor(type: string, fields: Fields, known: KnownFields = {}) {
    if (Object.is(new.target, Job)) throw new TypeError("Job is abstract; use one of its subclasses, e.g. CommandJob.");
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
  /** URL of the job's page: of its Studio service, else the URL reported by the backend, else derived from the id. */
  get studio_url(): string | undefined {
    return studioUrl(this.services, this.known);
  }

  /** Parses the fields of this type. */
  protected abstract get schema(): Schema<Fields>;

  /** Fields that the dump of this type contains even if they are not given. */
  protected abstract get dumpDefaults(): Mapping;

  /** A copy with fields set by the service, which replace earlier values. */
  withKnown(known: KnownFields): this {
    return this.copy(this.fields, { ...this.known, ...known });
  }

  /**
   * A copy with changed fields; `tags` and `properties` replace the old ones as a whole.
   * @throws ServiceError `invalid_job` for invalid changes.
   */
  withFields({ name, display_name, description, ...changes }: JobChanges): this {
    const texts = { name, display_name, description };
    const given = Object.fromEntries(Object.entries(texts).filter(([, text]) => typeof text === "string"));
    const removed = Object.fromEntries(
      Object.entries(texts).flatMap(([field, text]) => (text === null ? [[field, undefined]] : [])),
    );
    const changed = validFields(this.type, editableFields, { ...given, ...changes });
    return this.copy({ ...this.fields, ...removed, ...changed }, this.known);
  }

  /** A copy with `***` in place of secrets: passwords in URLs, signatures, keys of connection strings. */
  maskSecrets(): this {
    // Parsed again, so that versions that are hashes of the content are computed from the masked content.
    return this.copy(validFields(this.type, this.schema, maskValue(this.fieldsToMask())), this.known);
  }

  /** The fields with type-specific secrets masked. */
  protected fieldsToMask(): Mapping {
    return this.fields;
  }

  private copy(fields: Fields, known: KnownFields): this {
    return Object.assign(Object.create(Object.getPrototypeOf(this)), this, { fields, known });
  }

  /** The dump as values that `JSON.stringify` prints exactly, including large integers and `1.0`. */
  toObject(): Record<string, unknown> {
    return toJson(this.tree()) as Record<string, unknown>;
  }

  /** The dump as YAML, in the form that `az ml job` prints. */
  toYaml(): string {
    return writeYaml(this.tree());
  }

  /**
   * Writes the dump to a new file, or to a stream without closing it.
   * @throws if the file exists (it is left unchanged) or cannot be created, or if the stream is not writable or fails.
   */
  async dump(dest: string | Writable, { signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    await writeText(this.toYaml(), dest, signal);
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
    return this.printedDump({ ...this.dumpDefaults, ...this.fields, ...known, type: this.type });
  }

  /** The part of the dump that is printed; everything by default. */
  protected printedDump(dump: Mapping): Mapping {
    return dump;
  }
}
