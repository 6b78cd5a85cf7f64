import type { ContainerClient } from "@azure/storage-blob";
import type { CallOptions } from "../../core/ports/ports.ts";
import { callWith } from "../account/client-call.ts";
import type { StorageResource } from "../account/storage-account.ts";
import type { StorageCall } from "../account/storage-call.ts";

/** Creates the container; succeeds if it exists. */
export async function createContainer(
  container: StorageResource<ContainerClient>,
  call: StorageCall,
  options?: CallOptions,
): Promise<void> {
  await callWith(container, call)(
    `create container ${container.name}`,
    (client, abortSignal) => client.createIfNotExists({ abortSignal }),
    options,
  );
}
