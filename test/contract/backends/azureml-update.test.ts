import { expect, test } from "vitest";
import { json } from "../../../local/azureml-server/request-and-reply.ts";
import { BackendRefusal, type JobMetadata } from "../../../shared/core/ports/backend-port.ts";
import { azuremlJob, backendOn, useAzureMLServer } from "../../support/azureml.ts";

const metadata: JobMetadata = {
  experiment_name: "Default",
  display_name: "Rose",
  description: "red",
  tags: { color: "red" },
  removed_tags: ["azureml_server.course"],
  properties: { more: "1" },
  archived: true,
};

test("an edit changes the run, archives it and removes tags; repeating it changes nothing", async () => {
  const server = await useAzureMLServer();
  const backend = backendOn(server);
  const job = azuremlJob();
  await backend.submit(job);
  for (let times = 1; times <= 2; times += 1) {
    await backend.update?.(job, metadata);
    expect(server.state.jobs.get(job.name)?.properties).toMatchObject({
      displayName: "Rose",
      description: "red",
      tags: { color: "red" },
      isArchived: true,
      properties: { more: "1", "jobgate.submission_id": job.submission_id },
    });
    expect(server.state.jobs.get(job.name)?.properties.tags).toEqual({ color: "red" });
  }
  await backend.update?.(job, { ...metadata, archived: false });
  expect(server.state.jobs.get(job.name)?.properties).toMatchObject({ isArchived: false });
  // An edit sends no write to Azure Resource Manager.
  expect(server.requests.filter(({ plane, method }) => plane === "arm" && method !== "GET")).toHaveLength(1);
});

test("an edit of an unknown or foreign job changes nothing and is not an error", async () => {
  const server = await useAzureMLServer();
  const backend = backendOn(server);
  const job = azuremlJob();
  await backend.update?.(job, metadata);
  await backend.submit(job);
  await backend.update?.({ ...job, submission_id: "another" }, metadata);
  expect(server.state.jobs.get(job.name)?.properties).toMatchObject({ displayName: job.name, isArchived: false });
});

test("an edit that Azure ML rejects fails with the reason", async () => {
  const server = await useAzureMLServer();
  const backend = backendOn(server);
  const job = azuremlJob();
  await backend.submit(job);
  server.faults.add({
    matches: ({ method }) => method === "PATCH",
    effect: { kind: "answer", answer: json(400, { error: { code: "UserError", message: "Too many tags." } }) },
  });
  const error = await backend.update?.(job, metadata).catch((reason: Error) => reason);
  expect(error).toBeInstanceOf(BackendRefusal);
  expect(error).toMatchObject({ code: "UserError", message: "Too many tags." });
});
