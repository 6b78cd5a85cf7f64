/** The Server header of the real host. */
export const serverHeader = { Server: "Kestrel" };

/** A response that is ready to be written. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly cookies: readonly string[];
  readonly body: Uint8Array | undefined;
}

/** A response without a body, which the host sends itself. */
export const emptyResponse = (status: number, headers: readonly (readonly [string, string])[] = []): HttpResponse => ({
  status,
  headers,
  cookies: [],
  body: undefined,
});
