/** How every call to Azure ML is made: within a time limit, with a token, retried where that is safe, and with errors that carry no secret. */
import { randomUUID } from "node:crypto";
import { ServiceError } from "../../../core/errors.ts";
import { maskText } from "../../../core/job/schema/secrets.ts";
import type { CallOptions, TokenCredential } from "../../../core/ports/ports.ts";
import type { OutageReason } from "../../../core/records/notice.ts";
import type { Clock } from "../../../lib/clock.ts";
import { defined } from "../../../lib/defined.ts";
import { rejectOnAbort } from "../../../lib/reject-on-abort.ts";
import { AzureMLError } from "./azureml-error.ts";
import { type CircuitBreaker, createCircuitBreaker } from "./circuit-breaker.ts";
import { parseKeepingNumbers } from "./json.ts";
import { readBodyText } from "./read-body-text.ts";
import { retryAfterSeconds } from "./retry-after.ts";
import type { HttpRequest, HttpResponse } from "./send-once.ts";
import { createTokenCache } from "./token-cache.ts";

export interface AzureMLCall extends CallOptions {
  /** What is done, for errors: "read job iris". */
  readonly what: string;
  readonly method: HttpRequest["method"];
  readonly url: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** 1 for what must not be done twice without looking; 3 otherwise. */
  readonly maxTries?: number;
  readonly maxBytes?: number;
  /** Several times the usual limit, for what takes the service long. */
  readonly timeoutFactor?: number;
  /** A call that needs no token must not carry one. */
  readonly anonymous?: boolean;
  /** Carries a second token, for the studio: with it Azure ML acts for who submits. */
  readonly onBehalfOfUser?: boolean;
}

export interface AzureMLResponse {
  readonly status: number;
  /** The parsed body; undefined for an empty one. */
  readonly body: unknown;
}

/**
 * Makes one call. @throws ServiceError, always with a reason: `throttled` (429, or an outage that says for how long), `unavailable` (no answer, 5xx,
 * an answer that is no JSON, a token that is not accepted); AzureMLError for any other refusal; the signal's reason.
 */
export type Send = (call: AzureMLCall) => Promise<AzureMLResponse>;

export interface SendOptions {
  readonly credential: TokenCredential;
  readonly audience: string;
  /** Whom the second token is for. */
  readonly studioAudience: string;
  readonly clock: Clock;
  /** What one call may take, retries included. */
  readonly timeoutMs: number;
}

export interface Sender {
  readonly send: Send;
  /** Of the host that a URL leads to: each one throttles for itself. */
  breaker(url: string): CircuitBreaker;
}

const defaultTries = 3;
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

  /** @throws ServiceError `unavailable`, also when the identity takes all the time that the call has. */
  async function tokenFor(what: string, signal: AbortSignal): Promise<string> {
    try {
      return await rejectOnAbort(tokens.get(), signal);
    } catch (error) {
      const why = signal.aborted ? "no token came in time" : wordsOf(error);
      throw unavailable(what, why, "credential_missing");
    }
  }

  /** One exchange, or two when the token was not accepted. */
  async function exchange(
    call: AzureMLCall,
    signal: AbortSignal,
  ): Promise<{ readonly answer: HttpResponse; readonly text: string }> {
    const { sendOnce } = await import("./send-once.ts");
    for (let round = 1; ; round += 1) {
      const token = call.anonymous === true ? undefined : await tokenFor(call.what, signal);
      // Whether the service insists on it is not known, so an identity that gets none is no obstacle.
      const second =
        call.onBehalfOfUser === true
          ? await rejectOnAbort(studioTokens.get(), signal).catch(() => undefined)
          : undefined;
      const answer = await sendOnce({ ...requestOf(call, token, second), signal });
      const text = await readBodyText(answer.readableStreamBody, call.maxBytes ?? defaultMaxBytes);
      if (answer.status !== 401 || token === undefined) return { answer, text };
      tokens.discard(token);
      if (round === 2) return { answer, text };
    }
  }

  async function attempt(call: AzureMLCall, signal: AbortSignal): Promise<AzureMLResponse> {
    const gate = breaker(call.url);
    gate.throwIfOpen();
    const { answer, text } = await exchange(call, signal).catch((error: unknown) => {
      throw noAnswer(call.what, error);
    });
    try {
      const read = readAnswer(call.what, answer, text, clock.now());
      gate.recordSuccess();
      return read;
    } catch (error) {
      if (error instanceof ServiceError && error.code === "throttled") gate.open(error);
      else if (error instanceof AzureMLError) gate.recordSuccess();
      throw error;
    }
  }

  const send: Send = async (call) => {
    const { what, signal, maxTries: tries = defaultTries, timeoutFactor: patience = 1 } = call;
    signal?.throwIfAborted();
    const limitMs = timeoutMs * patience;
    const limit = AbortSignal.timeout(limitMs);
    const either = signal === undefined ? limit : AbortSignal.any([signal, limit]);
    for (let tried = 1; ; tried += 1) {
      try {
        return await attempt(call, either);
      } catch (error) {
        signal?.throwIfAborted();
        const known = error instanceof ServiceError ? error : undefined;
        if (limit.aborted && known?.reason !== "credential_missing")
          throw unavailable(what, `no answer within ${limitMs} ms`, "unreachable");
        // An identity without a token does not get one within a second.
        if (known?.code !== "unavailable" || known.reason === "credential_missing" || tried >= tries) throw error;
        await clock.sleep(firstDelayMs * 2 ** tried * (0.5 + Math.random() / 2), either);
        signal?.throwIfAborted();
        if (limit.aborted) throw error;
      }
    }
  };
  return { send, breaker };
}

function requestOf(
  { method, url, body }: AzureMLCall,
  token: string | undefined,
  second: string | undefined,
): Omit<HttpRequest, "signal"> {
  const headers = {
    accept: "application/json",
    "x-ms-client-request-id": randomUUID(),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(second === undefined ? {} : { "x-azureml-token": second }),
    ...(body === undefined ? {} : { "content-type": "application/json; charset=utf-8" }),
  };
  return { method, url, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
}

function readAnswer(what: string, { status, headers }: HttpResponse, text: string, now: Date): AzureMLResponse {
  const ok = status >= 200 && status < 300;
  const body = parse(text);
  if (ok && body !== broken) return { status, body };
  if (ok) throw unavailable(what, "its answer is no JSON, or only a part of it", "unreachable");
  const wait = retryAfterSeconds(headers, now);
  const refusal = new AzureMLError(
    what,
    status,
    body,
    headers.get("x-ms-request-id") ?? headers.get("x-ms-correlation-request-id"),
  );
  const details = { cause: refusal, ...defined({ retryAfterSeconds: wait }) };
  if (status === 429 || (status >= 500 && wait !== undefined))
    throw new ServiceError("throttled", refusal.message, { ...details, reason: "throttled" });
  if (status === 401) {
    const message = `${refusal.message} The token of the app's identity was not accepted.`;
    throw new ServiceError("unavailable", message, { ...details, reason: "credential_missing" });
  }
  if (status === 408 || status >= 500)
    throw new ServiceError("unavailable", refusal.message, { ...details, reason: "unreachable" });
  if (status >= 300 && status < 400)
    throw unavailable(what, `it answered ${status}, which leads elsewhere and is not followed`, "unreachable");
  throw refusal;
}

const broken = Symbol("broken");

function parse(text: string): unknown {
  if (text.trim() === "") return undefined;
  try {
    return parseKeepingNumbers(text);
  } catch {
    return broken;
  }
}

function unavailable(what: string, why: string, reason: OutageReason): ServiceError {
  return new ServiceError("unavailable", `Azure ML could not ${what}: ${why}.`, { reason });
}

/** No answer at all, or half of one. */
function noAnswer(what: string, error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  const { code = "" } = error as { readonly code?: string };
  return unavailable(what, wordsOf(error), /^(ENOTFOUND|EAI_)/.test(code) ? "dns" : "unreachable");
}

/** The code and first line of an error. The request in the pipeline's error holds the token, so nothing else is kept. */
function wordsOf(error: unknown): string {
  const { name, code, message } = error as {
    readonly name?: string;
    readonly code?: string;
    readonly message?: string;
  };
  const first = maskText(message?.split("\n")[0]?.slice(0, 300) ?? String(error));
  return [code ?? name, first].filter(Boolean).join(", ").replace(/\.$/, "");
}
