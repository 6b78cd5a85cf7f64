import type { TokenCredential } from "../../core/ports/ports.ts";

/** How to reach the account. */
export type AccountConnection =
  | { readonly connectionString: string }
  | {
      readonly blobUri: string;
      readonly queueUri: string;
      readonly tableUri: string;
      readonly credential: TokenCredential;
    };
