import { gatewayError } from "./errors.ts";
import type { ReceivedRequest, Reply } from "./request-and-reply.ts";

/** Whose word counts: any token does, until all that were shown are expired. */
export interface TokenCheck {
  /** The answer to who shows no token, or one that is expired. */
  reject(exchange: ReceivedRequest): Reply | undefined;
  /** No token that was shown so far is accepted any more. */
  expire(): void;
}

export function createTokenCheck(): TokenCheck {
  const shown = new Set<string>();
  const expired = new Set<string>();
  return {
    reject({ headers }) {
      const token = /^Bearer (\S+)$/.exec(headers.authorization ?? "")?.[1];
      if (token === undefined)
        return gatewayError(
          401,
          "AuthenticationFailed",
          "Authentication failed. The 'Authorization' header is missing.",
        );
      if (expired.has(token))
        return gatewayError(
          401,
          "ExpiredAuthenticationToken",
          "The access token expiry UTC time is earlier than current UTC time.",
        );
      shown.add(token);
      return undefined;
    },
    expire() {
      for (const token of shown) expired.add(token);
    },
  };
}
