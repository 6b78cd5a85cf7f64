import { expect, test } from "vitest";
import { createCircuitBreaker } from "../../../../../shared/backends/azureml/http/circuit-breaker.ts";
import { ServiceError } from "../../../../../shared/core/errors.ts";
import { createManualClock } from "../../../../support/memory/clock.ts";

const throttled = new ServiceError("throttled", "later", { retryAfterSeconds: 60 });

test("blocks calls for the requested pause, and not longer if the clock is set back during it", () => {
  const clock = createManualClock();
  const breaker = createCircuitBreaker(clock);
  breaker.open(throttled);
  clock.advance(59_000);
  expect(() => breaker.throwIfOpen()).toThrow(
    "Azure ML throttles the service. The next call is possible in 1 seconds.",
  );
  clock.advance(-3_600_000);
  breaker.throwIfOpen();
  breaker.open(throttled);
  expect(() => breaker.throwIfOpen()).toThrow("in 60 seconds");
  clock.advance(61_000);
  breaker.throwIfOpen();
});
