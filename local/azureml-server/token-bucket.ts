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
  let tokens = size;
  let at = now();
  let minTokens = size;
  return {
    get lowest() {
      return minTokens;
    },
    take() {
      const time = now();
      tokens = Math.min(size, tokens + ((time - at) / 1000) * perSecond);
      at = time;
      minTokens = Math.min(minTokens, tokens);
      if (tokens < 1) return undefined;
      tokens -= 1;
      minTokens = Math.min(minTokens, tokens);
      return Math.floor(tokens);
    },
  };
}
