/**
 * Sends calls to Azure ML: within a time limit, with a token, retried where that is safe, and with errors without
 * secrets.
 */
import { randomUUID } from "node:crypto";
import { isServiceError, ServiceError } from "../../../core/errors.ts";
import type { CallOptions, TokenCredential } from "../../../core/ports/ports.ts";
import type { Clock } from "../../../lib/clock.ts";
import { defined } from "../../../lib/defined.ts";
import { rejectOnAbort } from "../../../lib/reject-on-abort.ts";
import { AzureMLError } from "./azureml-error.ts";
import { type CircuitBreaker, createCircuitBreaker } from "./circuit-breaker.ts";
import { type AzureMLResponse, connectionError, describeError, parseResponse, unavailable } from "./parse-response.ts";
import { readBodyText } from "./read-body-text.ts";
import type { HttpRequest, HttpResponse } from "./send-once.ts";
import { createTokenCache } from "./token-cache.ts";

export interface AzureMLCall extends CallOptions {
  /** What the call does, for error messages, e.g. "read job iris". */
  readonly action: string;
  readonly method: HttpRequest["method"];
  readonly url: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** 1 for a call that must not be repeated blindly; 3 by default. */
  readonly maxTries?: number;
  /** Maximum size of the response's body; 1 MiB by default. */
  readonly maxBytes?: number;
  /** Multiplies the time limit, for calls that Azure ML is slow to process. */
  readonly timeoutFactor?: number;
  /** Sends no token. */
  readonly anonymous?: boolean;
  /** Sends a second token, for the studio, with which Azure ML acts for the submitting identity. */
  readonly onBehalfOfUser?: boolean;
}

/**
 * Sends one call, with retries.
 * @throws ServiceError, always with a reason: `throttled` (429, or 5xx with Retry-After), `unavailable` (no response,
 * 5xx, a response that is not JSON, a rejected token); AzureMLError for other error responses; the signal's reason.
 */
export type Send = (call: AzureMLCall) => Promise<AzureMLResponse>;

export interface SendOptions {
  readonly credential: TokenCredential;
  /** Audience of the token, e.g. `https://management.azure.com`. */
  readonly audience: string;
  /** Audience of the second token. */
  readonly studioAudience: string;
  readonly clock: Clock;
  /** Time limit of one call, retries included. */
  readonly timeoutMs: number;
}

export interface Sender {
  readonly send: Send;
  /** The circuit breaker of a URL's host: each host throttles on its own. */
  breaker(url: string): CircuitBreaker;
}

interface Exchange {
  readonly response: HttpResponse;
  /** The body of the response. */
  readonly text: string;
}

const defaultMaxTries = 3;
const defaultMaxBytes = 1024 * 1024;
const firstDelayMs = 200;

export function createSender({ credential, audience, studioAudience, clock, timeoutMs }: SendOptions): Sender {
  const tokens = createTokenCache(credential, audience, clock);
  const studioTokens = createTokenCache(credential, studioAudience, clock);
  const breakers = new Map<string, CircuitBreaker>();
  const breaker = (url: string): CircuitBreaker => {
    const { host } = new URL(url);
    const found = breakers.get(host) ?? createCircuitBreaker(clock);
    breakers.set(host, found);
    return found;
  };

  /** @throws ServiceError `unavailable`, also if the identity takes longer than the call's time limit. */
  async function getToken(action: string, signal: AbortSignal): Promise<string> {
    try {
      return await rejectOnAbort(tokens.get(), signal);
    } catch (error) {
      const why = signal.aborted ? "no token was received in time" : describeError(error);
      throw unavailable(action, why, "credential_missing");
    }
  }

  /** The second token; undefined if there is none, because it is not known whether Azure ML requires it. */
  async function getStudioToken(signal: AbortSignal): Promise<string | undefined> {
    return rejectOnAbort(studioTokens.get(), signal).catch(() => undefined);
  }

  async function exchange(call: AzureMLCall, token: string | undefined, signal: AbortSignal): Promise<Exchange> {
    const { sendOnce } = await import("./send-once.ts");
    const studioToken = call.onBehalfOfUser === true ? await getStudioToken(signal) : undefined;
    const response = await sendOnce({ ...buildRequest(call, token, studioToken), signal });
    return { response, text: await readBodyText(response.readableStreamBody, call.maxBytes ?? defaultMaxBytes) };
  }

  /** Exchanges with a token; a second time, with a new token, if the first one is rejected. */
  async function exchangeWithToken(call: AzureMLCall, signal: AbortSignal): Promise<Exchange> {
    for (let round = 1; ; round += 1) {
      const token = call.anonymous === true ? undefined : await getToken(call.action, signal);
      const result = await exchange(call, token, signal);
      if (result.response.status !== 401 || token === undefined) return result;
      tokens.discard(token);
      if (round === 2) return result;
    }
  }

  async function attempt(call: AzureMLCall, signal: AbortSignal): Promise<AzureMLResponse> {
    const circuit = breaker(call.url);
    circuit.throwIfOpen();
    const { response, text } = await exchangeWithToken(call, signal).catch((error: unknown) => {
      throw connectionError(call.action, error);
    });
    try {
      const parsed = parseResponse(call.action, response, text, clock.now());
      circuit.recordSuccess();
      return parsed;
    } catch (error) {
      if (isServiceError(error, "throttled")) circuit.open(error);
      else if (error instanceof AzureMLError) circuit.recordSuccess();
      throw error;
    }
  }

  async function attemptInTime(call: AzureMLCall, { limitMs, limit, either }: TimeLimit): Promise<AzureMLResponse> {
    try {
      return await attempt(call, either);
    } catch (error) {
      call.signal?.throwIfAborted();
      if (!limit.aborted || isCredentialMissing(error)) throw error;
      throw unavailable(call.action, `no answer within ${limitMs} ms`, "unreachable");
    }
  }

  const send: Send = async (call) => {
    const { signal, maxTries = defaultMaxTries, timeoutFactor = 1 } = call;
    signal?.throwIfAborted();
    const time = startTimeLimit(timeoutMs * timeoutFactor, signal);
    for (let tries = 1; ; tries += 1) {
      try {
        return await attemptInTime(call, time);
      } catch (error) {
        if (time.either.aborted || tries >= maxTries || !isWorthRetrying(error)) throw error;
        await clock.sleep(firstDelayMs * 2 ** tries * (0.5 + Math.random() / 2), time.either);
        signal?.throwIfAborted();
        if (time.limit.aborted) throw error;
      }
    }
  };
  return { send, breaker };
}

interface TimeLimit {
  readonly limitMs: number;
  /** Aborted at the end of the time. */
  readonly limit: AbortSignal;
  /** Aborted by the caller or at the end of the time. */
  readonly either: AbortSignal;
}

function startTimeLimit(limitMs: number, signal: AbortSignal | undefined): TimeLimit {
  const limit = AbortSignal.timeout(limitMs);
  return { limitMs, limit, either: signal === undefined ? limit : AbortSignal.any([signal, limit]) };
}

function isCredentialMissing(error: unknown): boolean {
  return error instanceof ServiceError && error.reason === "credential_missing";
}

/** True for an outage, except a missing token, which an identity does not provide a second later either. */
function isWorthRetrying(error: unknown): boolean {
  return isServiceError(error, "unavailable") && !isCredentialMissing(error);
}

function buildRequest(
  { method, url, body }: AzureMLCall,
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
