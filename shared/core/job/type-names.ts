/** Every type of job; a module of its own, because what reads them is slow to load. */
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
