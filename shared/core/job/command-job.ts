import type { JobFields } from "./fields.ts";
import { Job, type KnownFields } from "./job.ts";

export interface CommandFields extends JobFields {
  readonly command: string;
}

/** A job that runs one command. @see azure.ai.ml.entities.CommandJob */
export class CommandJob extends Job<CommandFields> {
  constructor(fields: CommandFields, known?: KnownFields) {
    super("command", fields, known);
  }

  get command(): string {
    return this.fields.command;
  }

  protected override rebuild(fields: CommandFields, known: KnownFields): this {
    return new CommandJob(fields, known) as this;
  }
}
