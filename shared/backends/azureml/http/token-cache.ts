/** Tokens for Azure ML, cached until shortly before they expire. */
import type { TokenCredential } from "../../../core/ports/ports.ts";
import type { Clock } from "../../../lib/clock.ts";

export interface TokenCache {
  /** A token that does not expire soon. @throws the error of the identity. */
  get(): Promise<string>;
  /** Removes a token that was rejected. */
  discard(token: string): void;
}

/** Time before its expiry at which a token is renewed; half of its lifetime if that is shorter. */
const leadMs = 5 * 60_000;

/** @param audience e.g. `https://management.azure.com`. */
export function createTokenCache(credential: TokenCredential, audience: string, clock: Clock): TokenCache {
  const scope = `${audience.replace(/(?<!\/)\/+$/, "")}/.default`;
  let cached: { readonly token: string; readonly renewAt: number } | undefined;
  let fetching: Promise<string> | undefined;

  async function fetchToken(): Promise<string> {
    const received = await credential.getToken(scope);
    if (received === null)
      throw Object.assign(new Error("The app's identity returned no token."), { name: "AuthenticationError" });
    const { token, expiresOnTimestamp } = received;
    const lifetimeMs = expiresOnTimestamp - clock.now().getTime();
    cached = { token, renewAt: expiresOnTimestamp - Math.min(leadMs, lifetimeMs / 2) };
    return token;
  }

  return {
    async get() {
      if (cached !== undefined && cached.renewAt > clock.now().getTime()) return cached.token;
      // Concurrent callers share one request, so a caller's signal does not abort it.
      fetching ??= fetchToken().finally(() => {
        fetching = undefined;
      });
      return fetching;
    },
    discard(token) {
      if (cached?.token === token) cached = undefined;
    },
  };
}
