/** What the host's web server calls itself, as the real one does. */
export const serverHeader = { Server: "Kestrel" };

/** An answer, ready to be written. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly cookies: readonly string[];
  readonly body: Uint8Array | undefined;
}

/** An answer without a body, as the host's own answers are. */
export const emptyResponse = (status: number, headers: readonly (readonly [string, string])[] = []): HttpResponse => ({
  status,
  headers,
  cookies: [],
  body: undefined,
});
