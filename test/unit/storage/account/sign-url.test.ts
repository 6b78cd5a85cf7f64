import { expect, test } from "vitest";
import { systemClock } from "../../../../shared/lib/clock.ts";
import { createStorage } from "../../../../shared/storage/create-storage.ts";

test("the account key signs no URL for an account in Azure", async () => {
  const connectionString =
    "DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=a2V5;EndpointSuffix=core.windows.net";
  const { logs } = createStorage({ connection: { connectionString }, timeoutMs: 1000, clock: systemClock });
  await expect(logs.sign("iris", "log.txt", new Date())).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("without an identity"),
  });
});
