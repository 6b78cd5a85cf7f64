/** Sends one request with its tokens, and reads the response. */
import { randomUUID } from "node:crypto";
import type { TokenCredential } from "../../../core/ports/ports.ts";
import type { Clock } from "../../../lib/clock.ts";
import { defined } from "../../../lib/defined.ts";
import { rejectOnAbort } from "../../../lib/reject-on-abort.ts";
import { readBodyText } from "./read-body-text.ts";
import { describeError, unavailable } from "./response-error.ts";
import type { HttpRequest, HttpResponse } from "./send-once.ts";
import { createTokenCache } from "./token-cache.ts";

export interface AzureMLRequest {
  /** Action for error messages, e.g. "read job iris". */
  readonly action: string;
  readonly method: HttpRequest["method"];
  readonly url: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Maximum size of the response's body; 1 MiB by default. */
  readonly maxBytes?: number;
  /** Sends no token. */
  readonly anonymous?: boolean;
  /** Sends a second token, for the studio, which Azure ML uses to act on behalf of the submitting identity. */
  readonly onBehalfOfUser?: boolean;
}

export interface ExchangeOptions {
  readonly credential: TokenCredential;
  /** Audience of the token, e.g. `https://management.azure.com`. */
  readonly audience: string;
  /** Audience of the second token. */
  readonly studioAudience: string;
  readonly clock: Clock;
}

export interface Exchanged {
  readonly response: HttpResponse;
  /** The body of the response. */
  readonly text: string;
}

/**
 * Sends a request and reads its response; sends it a second time, with a new token, if the first token is rejected.
 * @throws ServiceError `unavailable` without a token, BodyTooLarge, or the error of the HTTP client.
 */
export type Exchange = (request: AzureMLRequest, signal: AbortSignal) => Promise<Exchanged>;

const defaultMaxBytes = 1024 * 1024;

export function createExchange({ credential, audience, studioAudience, clock }: ExchangeOptions): Exchange {
  const tokens = createTokenCache(credential, audience, clock);
  const studioTokens = createTokenCache(credential, studioAudience, clock);

  /** @throws ServiceError `unavailable`, also if the identity takes longer than the call's time limit. */
  async function getToken(action: string, signal: AbortSignal): Promise<string> {
    try {
      return await rejectOnAbort(tokens.get(), signal);
    } catch (error) {
      const description = signal.aborted ? "no token was received in time" : describeError(error);
      throw unavailable(action, description, "credential_missing");
    }
  }

  /** The second token; undefined if the request for it fails, because Azure ML may not require it. */
  async function getStudioToken(signal: AbortSignal): Promise<string | undefined> {
    return rejectOnAbort(studioTokens.get(), signal).catch(() => undefined);
  }

  async function exchangeOnce(
    request: AzureMLRequest,
    token: string | undefined,
    signal: AbortSignal,
  ): Promise<Exchanged> {
    const { sendOnce } = await import("./send-once.ts");
    const studioToken = request.onBehalfOfUser === true ? await getStudioToken(signal) : undefined;
    const response = await sendOnce({ ...buildRequest(request, token, studioToken), signal });
    return { response, text: await readBodyText(response.readableStreamBody, request.maxBytes ?? defaultMaxBytes) };
  }

  return async (request, signal) => {
    for (let round = 1; ; round += 1) {
      const token = request.anonymous === true ? undefined : await getToken(request.action, signal);
      const exchanged = await exchangeOnce(request, token, signal);
      if (exchanged.response.status !== 401 || token === undefined) return exchanged;
      tokens.discard(token);
      if (round === 2) return exchanged;
    }
  };
}

function buildRequest(
  { method, url, body }: AzureMLRequest,
  token: string | undefined,
  studioToken: string | undefined,
): Omit<HttpRequest, "signal"> {
  const headers = {
    accept: "application/json",
    "x-ms-client-request-id": randomUUID(),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...defined({ "x-azureml-token": studioToken }),
    ...(body === undefined ? {} : { "content-type": "application/json; charset=utf-8" }),
  };
  return { method, url, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
}
