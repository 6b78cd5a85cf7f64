import { gatewayError } from "./errors.ts";
import type { ReceivedRequest, Reply } from "./request-and-reply.ts";

/** Accepts any bearer token until it is expired by a test. */
export interface TokenCheck {
  /** The error reply to a request without a token, or with an expired one. */
  reject(request: ReceivedRequest): Reply | undefined;
  /** Expires all tokens that were used so far. */
  expire(): void;
}

export function createTokenCheck(): TokenCheck {
  const used = new Set<string>();
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
      used.add(token);
      return undefined;
    },
    expire() {
      for (const token of used) expired.add(token);
    },
  };
}
