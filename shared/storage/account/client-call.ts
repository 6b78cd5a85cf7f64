import type { StorageResource } from "./storage-account.ts";
import type { StorageCall, StorageCallOptions } from "./storage-call.ts";

/** Runs one call with the client of a resource. @see StorageCall */
export type ClientCall<Client> = <T>(
  what: string,
  run: (client: Client, signal: AbortSignal) => Promise<T>,
  options?: StorageCallOptions,
) => Promise<T>;

/** Binds `call` to a resource. Its client is loaded first, so that a slow load does not use up the time of the call. */
export function callWith<Client>(
  resource: Pick<StorageResource<Client>, "client">,
  call: StorageCall,
): ClientCall<Client> {
  return async (what, run, options) => {
    const client = await resource.client();
    return call(what, (signal) => run(client, signal), options);
  };
}
