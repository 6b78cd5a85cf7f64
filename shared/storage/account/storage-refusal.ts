/** The members of an SDK error that are read here. */
export interface SdkError {
  readonly name?: string;
  readonly statusCode?: number;
  readonly code?: string;
  readonly message?: string;
  readonly details?: { readonly errorCode?: string; readonly odataError?: { readonly code?: string } };
  readonly response?: { readonly headers?: { get(name: string): string | undefined } };
}

/** An error response of storage, without the request of the SDK's error, which contains keys and signatures. */
export class StorageRefusal extends Error {
  override readonly name = "StorageRefusal";
  readonly statusCode: number | undefined;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
  /** From the Retry-After header. */
  readonly retryAfterSeconds: number | undefined;

  constructor(error: unknown) {
    const { statusCode, code, details, response, message } = error as SdkError;
    // The lines after the first one repeat headers of the request.
    super(message?.split("\n")[0]?.slice(0, 500) ?? String(error));
    this.statusCode = statusCode;
    this.code = code ?? details?.errorCode ?? details?.odataError?.code;
    this.requestId = response?.headers?.get("x-ms-request-id") ?? undefined;
    const seconds = Number(response?.headers?.get("retry-after") ?? Number.NaN);
    this.retryAfterSeconds = seconds >= 0 && seconds <= 3600 ? seconds : undefined;
  }
}

/** True for an error response with this status. */
export function isErrorResponse(error: unknown, statusCode: number): error is StorageRefusal {
  return error instanceof StorageRefusal && error.statusCode === statusCode;
}

/** The result of a read; undefined for a 404. */
export async function undefinedIfNotFound<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (isErrorResponse(error, 404)) return undefined;
    throw error;
  }
}
