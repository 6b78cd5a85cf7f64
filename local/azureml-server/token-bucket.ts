/** The throttling of Azure Resource Manager: each call takes a token from a bucket that refills at a steady rate. */
export interface TokenBucket {
  /** Takes a token and returns the number of remaining ones; undefined if there was none. */
  take(): number | undefined;
  /** The lowest number of tokens so far. */
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
