import type { StorageResource } from "./storage-account.ts";
import type { StorageCall, StorageCallOptions } from "./storage-call.ts";

/** Runs one call with the client of a resource. @see StorageCall */
export type ClientCall<Client> = <T>(
  action: string,
  run: (client: Client, signal: AbortSignal) => Promise<T>,
  options?: StorageCallOptions,
) => Promise<T>;

/** Binds `call` to a resource, whose client is loaded before the time limit of the call starts. */
export function callWith<Client>(
  resource: Pick<StorageResource<Client>, "client">,
  call: StorageCall,
): ClientCall<Client> {
  return async (action, run, options) => {
    const client = await resource.client();
    return call(action, (signal) => run(client, signal), options);
  };
}
