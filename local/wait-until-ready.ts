import { setTimeout as sleep } from "node:timers/promises";
import { fetchLocal } from "./fetch-local.ts";

interface Readiness {
  readonly checks?: Readonly<Record<string, { readonly status: string } | undefined>>;
}

/** Longer than the five seconds for which the service caches a readiness response, and enough for a busy machine. */
const defaultTimeoutMs = 30_000;
const intervalMs = 250;

/**
 * Waits until the service reaches its storage. An unreachable backend is only a warning, because jobs stay queued for
 * it.
 * @throws Error with the last readiness response after `timeoutMs`.
 */
export async function waitUntilReady(
  url: string,
  warn: (message: string) => void,
  timeoutMs = defaultTimeoutMs,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const { checks, text } = await readReadiness(url);
    if (checks?.storage?.status === "pass") {
      if (checks.backend?.status !== "pass")
        warn(`The backend cannot be reached yet, so jobs stay queued. ${url}/api/health/ready returned: ${text}`);
      return;
    }
    if (performance.now() > deadline)
      throw new Error(
        `The service was stopped because it cannot reach its storage. /api/health/ready returned: ${text}`,
      );
    await sleep(intervalMs);
  }
}

async function readReadiness(url: string): Promise<Readiness & { readonly text: string }> {
  try {
    const { text } = await fetchLocal(`${url}/api/health/ready`, { timeoutMs: 10_000 });
    return { ...(JSON.parse(text) as Readiness), text };
  } catch (error) {
    return { text: (error as Error).message };
  }
}
