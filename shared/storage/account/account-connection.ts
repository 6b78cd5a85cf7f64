import type { TokenCredential } from "../../core/ports/ports.ts";

/** How to connect to the storage account: with its key, or with an identity. */
export type AccountConnection =
  | { readonly connectionString: string }
  | {
      readonly blobUri: string;
      readonly queueUri: string;
      readonly tableUri: string;
      readonly credential: TokenCredential;
    };
