/** Stores the status of a timer in the same blob as the real host. */
import type { BlockBlobClient } from "@azure/storage-blob";
import type { ServiceConnection } from "../settings/settings.ts";
import { storageClientOptions } from "../settings/storage-client-options.ts";
import type { TimerMonitor, TimerStatus } from "./timer-trigger.ts";

const containerName = "azure-webjobs-hosts";
const callTimeoutMs = 30_000;

/** Opens the status blob of a timer; every call ends within 30 s. */
export async function openTimerMonitor(
  connection: ServiceConnection,
  hostId: string,
  functionName: string,
): Promise<TimerMonitor> {
  const { BlobServiceClient } = await import("@azure/storage-blob");
  const options = storageClientOptions(connection);
  const service =
    "connectionString" in connection
      ? BlobServiceClient.fromConnectionString(connection.connectionString, options)
      : new BlobServiceClient(connection.uri, await connection.credential(), options);
  const container = service.getContainerClient(containerName);
  const blob = container.getBlockBlobClient(`timers/${hostId}/Host.Functions.${functionName}/status`);
  return {
    read: () => readStatus(blob),
    write: async (status) => {
      const text = JSON.stringify(status);
      const upload = () =>
        blob.upload(text, Buffer.byteLength(text), { abortSignal: AbortSignal.timeout(callTimeoutMs) });
      await upload().catch(async (error: { statusCode?: number }) => {
        if (error.statusCode !== 404) throw error;
        await container.createIfNotExists({ abortSignal: AbortSignal.timeout(callTimeoutMs) });
        await upload();
      });
    },
  };
}

async function readStatus(blob: BlockBlobClient): Promise<TimerStatus | undefined> {
  try {
    const content = await blob.downloadToBuffer(0, undefined, { abortSignal: AbortSignal.timeout(callTimeoutMs) });
    return JSON.parse(content.toString("utf8")) as TimerStatus;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw error;
  }
}
