/** The names of all job types; a module of its own, because the types themselves are slow to load. */
export const jobTypeNames = [
  "command",
  "sweep",
  "pipeline",
  "automl",
  "spark",
  "finetuning",
  "distillation",
  "import",
] as const;

export type JobTypeName = (typeof jobTypeNames)[number];
