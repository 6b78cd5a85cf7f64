/**
 * Registered assets that the client of the SDK looks up when it submits a job. When it loads the job, it accepts more.
 * @see OperationOrchestrator.get_asset_arm_id of the SDK
 */
import { isArmIdOf, isRegistryReference, withScheme } from "./references.ts";

export type AssetKind = "components" | "environments";

/** A problem of a reference, and the reference that was likely meant. */
export interface ReferenceProblem {
  /** Begins with a verb. */
  readonly message: string;
  readonly guess?: string;
}

const nouns: Readonly<Record<AssetKind, string>> = { components: "a component", environments: "an environment" };
const labels: Readonly<Record<AssetKind, readonly string[]>> = {
  components: ["latest", "default"],
  environments: ["latest"],
};
const prefix = "azureml:";

/** The problem of a reference to an asset that cannot be looked up; undefined if there is none. */
export function referenceProblem(reference: string, kind: AssetKind): ReferenceProblem | undefined {
  if (!reference.startsWith(prefix) || isRegistryReference(reference)) return undefined;
  const id = reference.slice(prefix.length);
  // Azure ML expands the short names of its curated environments itself.
  if (isArmIdOf(id, kind) || isRegistryReference(id) || (kind === "environments" && id.startsWith("AzureML-")))
    return undefined;
  if (id.includes("/")) return idProblem(reference, kind);
  const at = id.lastIndexOf("@");
  const label = id.slice(at + 1);
  if (at > 0 && label !== "") return labelProblem(id.slice(0, at), label, kind);
  const plain = id.replace(/^azureml:/, "").replace(/@$/, "");
  const colon = plain.indexOf(":");
  const name = colon < 0 ? plain : plain.slice(0, colon);
  if (name === "" || at === 0) return { message: "has no name; expected azureml:NAME:VERSION or azureml:NAME@latest." };
  if (colon >= 0 && plain.length > colon + 1) return undefined;
  const guess = `${prefix}${name}@latest`;
  return { message: `has no version; write ${prefix}${name}:VERSION or ${guess}.`, guess };
}

function idProblem(reference: string, kind: AssetKind): ReferenceProblem {
  const guess = withScheme(reference) ?? reference.replace(/^azureml:(?=subscriptions\/)/, "azureml:/");
  const other = /^azureml:\/?subscriptions\/.*\/workspaces\/[^/]+\/([^/]+)\/[^/]+/i.exec(reference)?.[1];
  const expected = "expected azureml:NAME:VERSION, azureml:NAME@latest or azureml://registries/...";
  if (guess !== reference && referenceProblem(guess, kind) === undefined)
    return { message: `lacks a slash; write ${guess}.`, guess };
  if (other !== undefined) return { message: `is the id of one of the ${other}, not of ${nouns[kind]}; ${expected}.` };
  return { message: `is not a reference to ${nouns[kind]}; ${expected}.` };
}

function labelProblem(name: string, label: string, kind: AssetKind): ReferenceProblem | undefined {
  if (labels[kind].includes(label)) return undefined;
  const message = `has the unknown label ${label}; write ${prefix}${name}:VERSION or ${prefix}${name}@latest.`;
  // A number is a version.
  return /^\d[\d.]*$/.test(label) ? { message, guess: `${prefix}${name}:${label}` } : { message };
}

const named = /^[a-z0-9][\w.-]*(?:[:@][\w.-]+)?$/i;

/** The reference that a text stands for which lacks the prefix `azureml:`, or has it in another form. */
export function registeredAs(text: string, kind: AssetKind): string | undefined {
  const id = text.replace(/^azureml:/i, "");
  const isName = named.test(id);
  const full = isName ? id.replace(/:latest$/, "@latest") : id.replace(/^\/*(?=registries\/)/, "//");
  if (!isName && !/^\/(?:\/registries|subscriptions)\//.test(full)) return undefined;
  const candidate = `${prefix}${full}`;
  const problem = referenceProblem(candidate, kind);
  return problem === undefined ? candidate : problem.guess;
}
