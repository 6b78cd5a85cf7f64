const retrySeconds = 2;

/** Content of the 429 for requests over the limit of the host, which the app never receives; empty in the real host. */
export const tooManyRequests = {
  headers: [
    ["Content-Type", "application/problem+json"],
    ["Cache-Control", "no-store"],
    ["Retry-After", String(retrySeconds)],
  ],
  body: Buffer.from(
    JSON.stringify({
      type: "urn:jobgate:error:too_many_requests",
      title: "Too Many Requests",
      status: 429,
      detail: `The limit of concurrent requests is reached. Repeat the request in ${retrySeconds} seconds.`,
      code: "too_many_requests",
    }),
  ),
} as const;
