import { afterAll, beforeAll } from "vitest";
import { type AzureMLServer, startAzureMLServer } from "../../../local/azureml-server/server.ts";
import { azuremlJob, backendOn } from "../../support/azureml.ts";
import { startTestAzurite, type TestAzurite } from "../../support/azurite.ts";
import { backendContract } from "./backend-contract.ts";

let azurite: TestAzurite;
let server: AzureMLServer;

beforeAll(async () => {
  azurite = await startTestAzurite();
  server = await startAzureMLServer({ speed: 20, storage: azurite });
});
afterAll(async () => {
  await server.close();
  await azurite.stop();
});

backendContract("azureml", async () => ({
  backend: backendOn(server, { logHosts: [new URL(azurite.blobUri).origin] }),
  job: azuremlJob,
}));
