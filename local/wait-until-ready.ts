/** Delays the report that the service runs until its storage can be reached. */
import { setTimeout as sleep } from "node:timers/promises";
import { callLocal } from "./call-local.ts";

interface Readiness {
  readonly checks?: Readonly<Record<string, { readonly status: string } | undefined>>;
}

/** The service keeps an answer for five seconds, and the first one may come late on a busy machine. */
const patienceMs = 30_000;
const everyMs = 250;

/**
 * Waits until the service reaches its storage. A backend that cannot be reached is a warning: jobs wait for it.
 * @throws Error with the text of the readiness when that takes too long.
 */
export async function waitUntilReady(
  url: string,
  warn: (message: string) => void,
  timeoutMs = patienceMs,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const { checks, text } = await ask(url);
    if (checks?.storage?.status === "pass") {
      if (checks.backend?.status !== "pass")
        warn(`What runs jobs cannot be reached yet, so jobs wait: ${url}/api/health/ready says ${text}`);
      return;
    }
    if (performance.now() > deadline)
      throw new Error(
        `The service cannot reach its storage and was stopped. Readiness (/api/health/ready) says: ${text}`,
      );
    await sleep(everyMs);
  }
}

async function ask(url: string): Promise<Readiness & { readonly text: string }> {
  try {
    const { text } = await callLocal(`${url}/api/health/ready`, { timeoutMs: 10_000 });
    return { ...(JSON.parse(text) as Readiness), text };
  } catch (error) {
    return { text: (error as Error).message };
  }
}
