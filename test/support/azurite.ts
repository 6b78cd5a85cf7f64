/** A storage account for one test file. */
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAzurite } from "../../local/azurite/start-azurite.ts";

export interface TestAzurite {
  readonly connectionString: string;
  readonly blobUri: string;
  readonly queueUri: string;
  readonly tableUri: string;
  stop(): Promise<void>;
}

/** Starts Azurite on a temporary folder. @param flags more of its options, such as a certificate. */
export async function startTestAzurite(flags: readonly string[] = []): Promise<TestAzurite> {
  const directory = await mkdtemp(join(tmpdir(), "jobgate-azurite-"));
  const remove = () => rm(directory, { recursive: true, force: true });
  // Azurite does not end with its parent process, so an interrupted run must stop it.
  const end = () => endAzurite(directory);
  process.once("exit", end);
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
        process.off("exit", end);
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

function endAzurite(directory: string): void {
  try {
    process.kill(
      (JSON.parse(readFileSync(join(directory, "azurite.json"), "utf8")) as { readonly pid: number }).pid,
      "SIGKILL",
    );
  } catch {
    // The process has already ended.
  }
}
