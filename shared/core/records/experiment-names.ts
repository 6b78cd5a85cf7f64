/** Names of experiments: the rule of Azure ML, and the valid name closest to a text. */

const maxLength = 256;
const pattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,255}$/;

/**
 * Whether Azure ML accepts the name.
 * @see https://learn.microsoft.com/python/api/azureml-core/azureml.core.experiment.experiment (characters)
 * @see https://learn.microsoft.com/azure/machine-learning/resource-limits-capacity (length)
 */
export function isExperimentName(name: string): boolean {
  return pattern.test(name);
}

/**
 * A valid name for a text: accents are removed, and other characters become `-`, so that `feature/add-x` is
 * `feature-add-x`. Undefined if nothing remains.
 */
export function toExperimentName(text: string): string | undefined {
  if (isExperimentName(text)) return text;
  const name = text
    // Longer texts are truncated anyway.
    .slice(0, 4 * maxLength)
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^A-Za-z0-9_-]+/g, "-")
    .replace(/^[_-]+/, "")
    .slice(0, maxLength)
    .replace(/-$/, "");
  return name === "" ? undefined : name;
}
