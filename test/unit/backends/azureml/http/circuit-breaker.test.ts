import { expect, test } from "vitest";
import { createCircuitBreaker } from "../../../../../shared/backends/azureml/http/circuit-breaker.ts";
import { ServiceError } from "../../../../../shared/core/errors.ts";
import { createManualClock } from "../../../../support/memory/clock.ts";

const throttled = new ServiceError("throttled", "later", { retryAfterSeconds: 60 });

test("calls are kept back for as long as Azure ML asked, and no longer when the clock is set back meanwhile", () => {
  const clock = createManualClock();
  const breaker = createCircuitBreaker(clock);
  breaker.open(throttled);
  clock.advance(59_000);
  expect(() => breaker.throwIfOpen()).toThrow("Azure ML asked to be left alone for 1 more seconds.");
  clock.advance(-3_600_000);
  breaker.throwIfOpen();
  breaker.open(throttled);
  expect(() => breaker.throwIfOpen()).toThrow("for 60 more seconds");
  clock.advance(61_000);
  breaker.throwIfOpen();
});
