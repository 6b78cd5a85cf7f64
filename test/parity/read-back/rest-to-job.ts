import { snake } from "../../../shared/backends/azureml/rest/values/letter-case.ts";
import { mappingOrEmpty, withoutMissing } from "../../../shared/backends/azureml/rest/values/mappings.ts";
import { servicesFrom } from "../../../shared/backends/azureml/runs/job-services.ts";
import { isMapping, type Mapping, type Value } from "../../../shared/core/yaml/value.ts";
import { automlFrom } from "./automl-from-rest.ts";
import { identityFrom } from "./fields-from-rest.ts";
import { fineTuningFrom } from "./finetuning-from-rest.ts";
import { commandFrom, pipelineFrom, sparkFrom, sweepFrom } from "./job-from-rest.ts";
import { ofMapping, referenceFrom, textAt } from "./values.ts";

type From = (job: Mapping, workspace: string) => Mapping;

/** Job types in the REST API. */
const types: Readonly<Record<string, readonly [type: string, from: From]>> = {
  Command: ["command", commandFrom],
  Sweep: ["sweep", sweepFrom],
  Pipeline: ["pipeline", pipelineFrom],
  AutoML: ["automl", automlFrom],
  Spark: ["spark", sparkFrom],
  FineTuning: ["finetuning", fineTuningFrom],
};

/**
 * Returns a job resource of Azure ML as the fields that `az ml job show` prints and `loadJob` reads. The parity tests
 * read each submitted body back and submit it again: equal bodies prove that the submission lost nothing. Assets of the
 * workspace are named by name and version; fields that YAML does not have are left out. An unknown type keeps its own
 * name and the fields that all jobs have.
 */
export function restToJob(resource: unknown, workspace: string): Mapping {
  const { id, name, systemData, properties } = mappingOrEmpty(resource as Value);
  const job = mappingOrEmpty(properties);
  const { "_azureml.ComputeTargetType": _target, ...own } = mappingOrEmpty(job.properties);
  const [type, from] = (typeof job.jobType === "string" ? types[job.jobType] : undefined) ?? [
    snake(String(job.jobType ?? "")),
    (): Mapping => ({}),
  ];
  return withoutMissing({
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
    ...withoutMissing(from(job, workspace)),
    id: ofText(id, (text) => `azureml:${text}`),
    status: textAt(job.status),
    creation_context: ofMapping(systemData, creationFrom),
  });
}

function ofText(value: Value | undefined, change: (text: string) => string): string | undefined {
  return typeof value === "string" ? change(value) : undefined;
}

function creationFrom({
  createdAt,
  createdBy,
  createdByType,
  lastModifiedAt,
  lastModifiedBy,
  lastModifiedByType,
}: Mapping): Mapping {
  return withoutMissing({
    created_at: textAt(createdAt),
    created_by: textAt(createdBy),
    created_by_type: textAt(createdByType),
    last_modified_at: textAt(lastModifiedAt),
    last_modified_by: textAt(lastModifiedBy),
    last_modified_by_type: textAt(lastModifiedByType),
  });
}
