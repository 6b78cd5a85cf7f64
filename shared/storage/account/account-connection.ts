import type { TokenCredential } from "../../core/ports/ports.ts";

/** Connection to the storage account: a connection string, or the service URIs and a credential. */
export type AccountConnection =
  | { readonly connectionString: string }
  | {
      readonly blobUri: string;
      readonly queueUri: string;
      readonly tableUri: string;
      readonly credential: TokenCredential;
    };
