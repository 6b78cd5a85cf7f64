/** A storage account of a test file's own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAzurite } from "../../local/azurite.ts";

export interface TestAzurite {
  readonly connectionString: string;
  readonly blobUri: string;
  readonly queueUri: string;
  readonly tableUri: string;
  stop(): Promise<void>;
}

/** Starts Azurite on a folder that goes away with it. @param flags more of its options, e.g. a certificate. */
export async function startTestAzurite(flags: readonly string[] = []): Promise<TestAzurite> {
  const directory = await mkdtemp(join(tmpdir(), "jobgate-azurite-"));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    const { connectionString, stop } = await startAzurite({ directory, flags });
    const uri = (service: string) => new RegExp(`${service}Endpoint=([^;]+)`).exec(connectionString)?.[1] ?? "";
    return {
      connectionString,
      blobUri: uri("Blob"),
      queueUri: uri("Queue"),
      tableUri: uri("Table"),
      stop: async () => {
        await stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
