import type { CallOptions } from "../../core/ports/ports.ts";
import { defined } from "../../lib/defined.ts";
import type { ClientCall } from "./client-call.ts";
import { undefinedIfNotFound } from "./storage-refusal.ts";

interface Page {
  readonly continuationToken?: string;
}

interface PageSettings {
  readonly continuationToken?: string;
  readonly maxPageSize?: number;
}

/** Starts a listing. Each page starts a new one, because each page is a call with its own time limit. */
type List<Client, P extends Page> = (
  client: Client,
  abortSignal: AbortSignal,
) => { byPage(settings: PageSettings): AsyncIterableIterator<P> };

/**
 * Yields the pages of a listing; none for a missing container or table.
 * @param start the position, and the maximum size of each page in turn.
 */
export async function* pages<Client, P extends Page>(
  call: ClientCall<Client>,
  action: string,
  list: List<Client, P>,
  options: CallOptions = {},
  start: { readonly continuationToken?: string; readonly sizes?: Iterator<number> } = {},
): AsyncGenerator<P> {
  let token = start.continuationToken;
  do {
    const size = start.sizes?.next().value as number | undefined;
    const settings = defined({ continuationToken: token, maxPageSize: size });
    const page = await undefinedIfNotFound(
      call(action, (client, signal) => list(client, signal).byPage(settings).next(), options),
    );
    if (page === undefined || page.done === true) return;
    yield page.value;
    token = page.value.continuationToken;
    // The token of the last page of a blob listing is empty.
  } while (token !== undefined && token !== "");
}
