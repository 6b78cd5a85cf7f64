/** How Azure Resource Manager throttles: a bucket of calls that fills again at a steady rate. */
export interface TokenBucket {
  /** What is left after this call; undefined when there was nothing left. */
  take(): number | undefined;
  readonly lowest: number;
}

export interface BucketSize {
  readonly size: number;
  readonly perSecond: number;
}

export function createTokenBucket({ size, perSecond }: BucketSize, now: () => number): TokenBucket {
  let left = size;
  let at = now();
  let least = size;
  return {
    get lowest() {
      return least;
    },
    take() {
      const time = now();
      left = Math.min(size, left + ((time - at) / 1000) * perSecond);
      at = time;
      least = Math.min(least, left);
      if (left < 1) return undefined;
      left -= 1;
      least = Math.min(least, left);
      return Math.floor(left);
    },
  };
}
