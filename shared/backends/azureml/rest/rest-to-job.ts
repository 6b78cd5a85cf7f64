import { isMapping, type Mapping, type Value } from "../../../core/yaml/value.ts";
import { automlFrom } from "./automl-from-rest.ts";
import { identityFrom, servicesFrom } from "./fields-from-rest.ts";
import { fineTuningFrom } from "./finetuning-from-rest.ts";
import { commandFrom, pipelineFrom, sparkFrom, sweepFrom } from "./job-from-rest.ts";
import { mappingAt, ofMapping, present, referenceFrom, snake, textAt } from "./values-from-rest.ts";

type From = (job: Mapping, workspace: string) => Mapping;

/** Azure ML's types of jobs. */
const types: Readonly<Record<string, readonly [type: string, from: From]>> = {
  Command: ["command", commandFrom],
  Sweep: ["sweep", sweepFrom],
  Pipeline: ["pipeline", pipelineFrom],
  AutoML: ["automl", automlFrom],
  Spark: ["spark", sparkFrom],
  FineTuning: ["finetuning", fineTuningFrom],
};

/**
 * A job resource of Azure ML as the fields that `az ml job show` prints, which `loadJob` reads again (and sends as the same job).
 * Assets of the workspace are named by name and version. What Azure ML knows and no field has is left out; a type that we do not
 * know has its own name and what all jobs have. No door reads jobs back yet; that each comes back as it was sent shows that
 * nothing of it is lost on the way. A distillation has the key of its connection: mask it before it is shown.
 */
export function restToJob(resource: unknown, workspace: string): Mapping {
  const { id, name, systemData, properties } = mappingAt(resource as Value);
  const job = mappingAt(properties);
  const { "_azureml.ComputeTargetType": _target, ...own } = mappingAt(job.properties);
  const [type, from] = (typeof job.jobType === "string" ? types[job.jobType] : undefined) ?? [snake(String(job.jobType ?? "")), (): Mapping => ({})];
  return present({
    type,
    name: textAt(name),
    display_name: textAt(job.displayName),
    description: textAt(job.description),
    experiment_name: textAt(job.experimentName),
    tags: isMapping(job.tags) ? job.tags : {},
    properties: own,
    compute: referenceFrom(job.computeId, workspace),
    identity: ofMapping(job.identity, identityFrom),
    services: ofMapping(job.services, servicesFrom),
    ...present(from(job, workspace)),
    id: ofText(id, (text) => `azureml:${text}`),
    status: textAt(job.status),
    creation_context: ofMapping(systemData, creationFrom),
  });
}

function ofText(value: Value | undefined, change: (text: string) => string): string | undefined {
  return typeof value === "string" ? change(value) : undefined;
}

function creationFrom({ createdAt, createdBy, createdByType, lastModifiedAt, lastModifiedBy, lastModifiedByType }: Mapping): Mapping {
  return present({
    created_at: textAt(createdAt),
    created_by: textAt(createdBy),
    created_by_type: textAt(createdByType),
    last_modified_at: textAt(lastModifiedAt),
    last_modified_by: textAt(lastModifiedBy),
    last_modified_by_type: textAt(lastModifiedByType),
  });
}
