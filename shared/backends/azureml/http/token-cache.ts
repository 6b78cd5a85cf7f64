/** Tokens for Azure ML, got once and kept until shortly before they end. */
import type { TokenCredential } from "../../../core/ports/ports.ts";
import type { Clock } from "../../../lib/clock.ts";

export interface TokenCache {
  /** A token that is good for a while. @throws what the identity throws. */
  get(): Promise<string>;
  /** Lets go of a token that was not accepted. */
  discard(token: string): void;
}

const leadMs = 5 * 60_000;

/** @param audience e.g. `https://management.azure.com`. */
export function createTokenCache(credential: TokenCredential, audience: string, clock: Clock): TokenCache {
  const scope = `${audience.replace(/(?<!\/)\/+$/, "")}/.default`;
  let kept: { readonly token: string; readonly renewAt: number } | undefined;
  let fetching: Promise<string> | undefined;

  async function fetchToken(): Promise<string> {
    const got = await credential.getToken(scope);
    if (got === null)
      throw Object.assign(new Error("The app's identity gave no token."), { name: "AuthenticationError" });
    const now = clock.now().getTime();
    kept = { token: got.token, renewAt: got.expiresOnTimestamp - Math.min(leadMs, (got.expiresOnTimestamp - now) / 2) };
    return got.token;
  }

  return {
    async get() {
      if (kept !== undefined && kept.renewAt > clock.now().getTime()) return kept.token;
      // All who need one at the same time share one request, so nobody's signal ends it.
      fetching ??= fetchToken().finally(() => {
        fetching = undefined;
      });
      return fetching;
    },
    discard(token) {
      if (kept?.token === token) kept = undefined;
    },
  };
}
