/**
 * Sends calls to Azure ML: within a time limit, with a token, retried if that is safe, and with errors without
 * secrets.
 */
import { isServiceError, ServiceError } from "../../../core/errors.ts";
import type { CallOptions } from "../../../core/ports/ports.ts";
import { AzureMLError } from "./azureml-error.ts";
import { type CircuitBreaker, createCircuitBreaker } from "./circuit-breaker.ts";
import { type AzureMLRequest, createExchange, type ExchangeOptions } from "./exchange.ts";
import { type AzureMLResponse, connectionError, parseResponse, unavailable } from "./response-error.ts";

export interface AzureMLCall extends AzureMLRequest, CallOptions {
  /** 1 for a call that is not idempotent; 3 by default. */
  readonly maxTries?: number;
  /** Multiplies the time limit, for calls that Azure ML is slow to process. */
  readonly timeoutFactor?: number;
}

/**
 * Sends one call, with retries.
 * @throws ServiceError, always with a reason: `throttled` (429, or 5xx with Retry-After), `unavailable` (no response,
 * 5xx, a response that is not JSON, a rejected token); AzureMLError for other error responses; the signal's reason.
 */
export type Send = (call: AzureMLCall) => Promise<AzureMLResponse>;

export interface SendOptions extends ExchangeOptions {
  /** Time limit of one call, retries included. */
  readonly timeoutMs: number;
}

export interface Sender {
  readonly send: Send;
  /** The circuit breaker of a URL's host; each host throttles separately. */
  breaker(url: string): CircuitBreaker;
}

const defaultMaxTries = 3;
const firstDelayMs = 200;

export function createSender({ timeoutMs, ...options }: SendOptions): Sender {
  const { clock } = options;
  const exchange = createExchange(options);
  const breakers = new Map<string, CircuitBreaker>();
  const breaker = (url: string): CircuitBreaker => {
    const { host } = new URL(url);
    const hostBreaker = breakers.get(host) ?? createCircuitBreaker(clock);
    breakers.set(host, hostBreaker);
    return hostBreaker;
  };

  async function attempt(call: AzureMLCall, signal: AbortSignal): Promise<AzureMLResponse> {
    const circuit = breaker(call.url);
    circuit.throwIfOpen();
    const { response, text } = await exchange(call, signal).catch((error: unknown) => {
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

  async function attemptInTime(
    call: AzureMLCall,
    { limitMs, limitSignal, anySignal }: TimeLimit,
  ): Promise<AzureMLResponse> {
    try {
      return await attempt(call, anySignal);
    } catch (error) {
      call.signal?.throwIfAborted();
      if (!limitSignal.aborted || isCredentialMissing(error)) throw error;
      throw unavailable(call.action, `no response within ${limitMs} ms`, "unreachable");
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
        if (time.anySignal.aborted || tries >= maxTries || !isRetryable(error)) throw error;
        await clock.sleep(firstDelayMs * 2 ** tries * (0.5 + Math.random() / 2), time.anySignal);
        signal?.throwIfAborted();
        if (time.limitSignal.aborted) throw error;
      }
    }
  };
  return { send, breaker };
}

interface TimeLimit {
  readonly limitMs: number;
  /** Aborted when the time limit expires. */
  readonly limitSignal: AbortSignal;
  /** Aborted by the caller, or when the time limit expires. */
  readonly anySignal: AbortSignal;
}

function startTimeLimit(limitMs: number, signal: AbortSignal | undefined): TimeLimit {
  const limitSignal = AbortSignal.timeout(limitMs);
  const anySignal = signal === undefined ? limitSignal : AbortSignal.any([signal, limitSignal]);
  return { limitMs, limitSignal, anySignal };
}

function isCredentialMissing(error: unknown): boolean {
  return error instanceof ServiceError && error.reason === "credential_missing";
}

/** True for an outage, except a missing token, because a retry within seconds rarely succeeds. */
function isRetryable(error: unknown): boolean {
  return isServiceError(error, "unavailable") && !isCredentialMissing(error);
}
