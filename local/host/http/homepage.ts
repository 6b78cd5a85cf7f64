import { emptyResponse, type HttpResponse } from "./http-response.ts";
import type { HttpRoute } from "./http-trigger.ts";

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string) => text.replaceAll(/[&<>"]/g, (letter) => escapes[letter] as string);

/** The page that `/` answers while no function has it: the calls of the app, with links to those that need no more than a GET. */
export function homepageResponse(show: boolean, routes: readonly HttpRoute[]): HttpResponse {
  if (!show) return emptyResponse(204);
  const headers = [
    ["Content-Type", "text/html; charset=utf-8"],
    ["Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"],
  ] as const;
  return { status: 200, headers, cookies: [], body: Buffer.from(page(callsOf(routes))) };
}

/** Methods by path. A route that takes all paths is no call of its own. */
function callsOf(routes: readonly HttpRoute[]): ReadonlyMap<string, readonly string[]> {
  const calls = new Map<string, string[]>();
  for (const { path, methods } of routes)
    if (!path.includes("{*")) calls.set(path, [...(calls.get(path) ?? []), ...methods]);
  return new Map([...calls].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function page(calls: ReadonlyMap<string, readonly string[]>): string {
  const rows = [...calls].map(([path, methods]) => {
    const text = escaped(`/${path}`);
    const isLink = methods.includes("GET") && !path.includes("{");
    return `<li>${escaped(methods.join(", "))} ${isLink ? `<a href="${text}">${text}</a>` : text}</li>`;
  });
  return `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Functions host</title></head>
<body><h1>Your Functions app is up and running</h1>
<p>Its calls:</p>
<ul>
${rows.join("\n")}
</ul>
</body>
</html>
`;
}
