// Shared by the tests of the Azure ML backend: the fake of Azure ML, and a backend that calls it.
import { randomUUID } from "node:crypto";
import { onTestFinished } from "vitest";
import {
  type AzureMLServer,
  type AzureMLServerOptions,
  startAzureMLServer,
} from "../../local/azureml-server/server.ts";
import { courseTag } from "../../local/azureml-server/state.ts";
import { type AzureMLBackendOptions, createAzureMLBackend } from "../../shared/backends/azureml/azureml-backend.ts";
import type { Workspace } from "../../shared/backends/azureml/http/workspace.ts";
import { jobTypes } from "../../shared/core/job/job-types.ts";
import type { Backend, BackendJob } from "../../shared/core/ports/backend-port.ts";
import type { TokenCredential } from "../../shared/core/ports/ports.ts";
import type { ContainerUploads } from "../../shared/core/ports/storage-ports.ts";
import type { JobRecord } from "../../shared/core/records/record.ts";
import type { Submission } from "../../shared/core/records/submission.ts";
import { systemClock } from "../../shared/lib/clock.ts";
import { submitJob } from "../../shared/service/jobs/submit-job.ts";
import { createMemoryBundles } from "./memory/bundles.ts";
import { type AnyBackendWorld, deliverAll } from "./memory/pass-time.ts";
import { createWorld, submission } from "./memory/world.ts";

/** The workspace of a server. */
export function workspaceOf({ url, state }: AzureMLServer): Workspace {
  return {
    ...state.workspace,
    armUrl: url,
    audience: url,
    studioUrl: "https://ml.azure.com",
    apiVersion: "2025-12-01",
  };
}

/** A credential that returns a new token each time, valid for an hour. */
export function testCredential(): TokenCredential & { readonly given: number } {
  let given = 0;
  return {
    get given() {
      return given;
    },
    async getToken() {
      given += 1;
      return { token: `token-${given}`, expiresOnTimestamp: Date.now() + 3_600_000 };
    },
  };
}

/** A command job with this course. */
export function azuremlJob(
  course = "succeeds",
  fields: Readonly<Record<string, unknown>> = {},
  name = `job_${randomUUID().slice(0, 8)}`,
): BackendJob {
  const tags = { [courseTag]: course };
  const all = {
    name,
    command: "echo hello",
    environment: "azureml:any:1",
    tags,
    ...fields,
  };
  return { name, submission_id: randomUUID(), job: jobTypes.command.create(all), experiment_name: "Default" };
}

const noUploads: ContainerUploads = {
  put: () => Promise.reject(new Error("This test uploads nothing.")),
};

/** A server that is closed at the end of the test. */
export async function useAzureMLServer(options: AzureMLServerOptions = {}): Promise<AzureMLServer> {
  const server = await startAzureMLServer({ speed: 20, ...options });
  onTestFinished(() => server.close());
  return server;
}

export function backendOn(server: AzureMLServer, options: Partial<AzureMLBackendOptions> = {}): Backend {
  return createAzureMLBackend({
    workspace: workspaceOf(server),
    credential: testCredential(),
    clock: systemClock,
    bundles: createMemoryBundles(),
    uploads: noUploads,
    logHosts: ["blob.core.windows.net"],
    timeoutMs: 10_000,
    ...options,
  });
}

export interface AzureMLWorld extends AnyBackendWorld {
  readonly server: AzureMLServer;
  readonly backend: Backend;
}

/** A service on memory ports whose backend calls a server; both use the same clock, which `passTime` advances. */
export async function useAzureMLWorld(
  options: Partial<AzureMLBackendOptions> = {},
  serverOptions: AzureMLServerOptions = {},
): Promise<AzureMLWorld> {
  const world = createWorld();
  const server = await useAzureMLServer({ speed: 1, now: () => world.clock.now().getTime(), ...serverOptions });
  return { ...world, server, backend: backendOn(server, { clock: world.clock, ...options }) };
}

/** A submission whose environment needs no lookup. */
export function azuremlSubmission(name: string, fields: Readonly<Record<string, unknown>> = {}): Submission {
  return submission({ name, environment: "azureml:cpu:1", ...fields });
}

/** Submits jobs to Azure ML at a rate within its limits. */
export async function submitJobs(world: AzureMLWorld, count: number, course = "lasts"): Promise<readonly string[]> {
  const names = Array.from({ length: count }, (_, index) => `job-${index}`);
  for (const [index, name] of names.entries()) {
    await submitJob(world, azuremlSubmission(name, { tags: { [courseTag]: course } }));
    await deliverAll(world);
    if (index % 100 === 99) world.clock.advance(10_000);
  }
  return names;
}

export async function recordOf(world: AzureMLWorld, name: string): Promise<JobRecord> {
  const found = await world.records.get(name);
  if (found === undefined) throw new Error(`There is no job ${name}.`);
  return found.value;
}

/** Status -> number of jobs. */
export async function statuses(
  world: AzureMLWorld,
  names: readonly string[],
): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const name of names) {
    const { status } = await recordOf(world, name);
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}
