/** The storage ports with an identity instead of a key, as in Azure: over HTTPS, with tokens. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../../shared/lib/clock.ts";
import { openAccount } from "../../../shared/storage/account/storage-account.ts";
import { createStorageCall } from "../../../shared/storage/account/storage-call.ts";
import { createBlobRecords } from "../../../shared/storage/blobs/blob-records.ts";
import { createStorage } from "../../../shared/storage/create-storage.ts";
import { createTableOpenJobs } from "../../../shared/storage/tables/table-open-jobs.ts";
import { createTestCredential, type IdentityStorage, startIdentityStorage } from "../../support/azurite-identity.ts";
import { sampleRecord } from "../../support/samples.ts";
import { openJobsContract } from "./open-jobs-contract.ts";
import { recordStoreContract } from "./record-store-contract.ts";
import { signedUrlsContract } from "./signed-urls-contract.ts";

let uris: IdentityStorage;
beforeAll(async () => {
  uris = await startIdentityStorage();
});
afterAll(() => uris.stop());

const timeoutMs = 10_000;
const call = createStorageCall({ timeoutMs });
let made = 0;
const unused = () => {
  made += 1;
  return `unused${made}`;
};
const account = () => openAccount({ ...uris, credential: createTestCredential() });
const storage = (credential = createTestCredential()) =>
  createStorage({ connection: { ...uris, credential }, timeoutMs, clock: systemClock });

recordStoreContract("Azurite, by identity", () => createBlobRecords(account().container(unused()), call));
openJobsContract("Azurite, by identity", () => createTableOpenJobs(account().table(unused()), call));
signedUrlsContract("by user delegation", () => storage().logs);

describe("an identity", () => {
  test("requests tokens for Azure Storage only, and uses one for many calls", async () => {
    const credential = createTestCredential();
    const { records, logs } = storage(credential);
    for (let at = 0; at < 5; at += 1) await records.get("iris");
    await logs.list("iris");
    expect(credential.requestedScopes).toEqual(["https://storage.azure.com/.default"]);
  });

  test("sends messages", async () => {
    await storage().queues.sendDispatch({ schema_version: 1, name: "iris", submission_id: "3f1c" });
    const received = await (await account().queue("job-dispatch").client()).receiveMessages();
    expect(received.receivedMessageItems).toHaveLength(1);
  });

  test("without access gets an error that does not contain its token", async () => {
    const error: unknown = await storage(createTestCredential(-60))
      .records.create(sampleRecord({ name: unused() }))
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "unavailable", reason: "credential_missing" });
    expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain("eyJ");
  });

  test("signs no URL that expires after its key", async () => {
    const { logs } = storage();
    const { searchParams } = new URL(await logs.sign("iris", "log.txt", new Date(Date.now() + 30 * 24 * 60 * 60_000)));
    const [ends, keyEnds] = [searchParams.get("se") ?? "", searchParams.get("ske") ?? ""];
    expect(Date.parse(ends)).toBeLessThanOrEqual(Date.parse(keyEnds));
    expect(Date.parse(keyEnds) - Date.now()).toBeLessThanOrEqual(7 * 24 * 60 * 60_000);
  });
});
