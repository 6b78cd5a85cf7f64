import type { HttpRequest } from "@azure/functions";

/**
 * The member `nextLink` of a page: the same query with another continuation and without a function key; none on the
 * last page.
 */
export function nextLink(
  request: HttpRequest,
  continuation: string | undefined,
  publicUrl: string,
): { readonly nextLink?: string } {
  if (continuation === undefined) return {};
  const { pathname, searchParams } = new URL(request.url);
  searchParams.delete("code");
  searchParams.set("continuation", continuation);
  return { nextLink: `${publicUrl}${pathname}?${searchParams}` };
}
