import { emptyResponse, type HttpResponse } from "./http-response.ts";
import type { HttpRoute } from "./routing/http-routes.ts";

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string) => text.replaceAll(/[&<>"]/g, (letter) => escapes[letter] as string);

/** Response for `/` if no function has that route: the routes of the app, with links to those without parameters. */
export function homepageResponse(show: boolean, routes: readonly HttpRoute[]): HttpResponse {
  if (!show) return emptyResponse(204);
  const headers = [
    ["Content-Type", "text/html; charset=utf-8"],
    ["Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"],
  ] as const;
  return { status: 200, headers, cookies: [], body: Buffer.from(page(methodsByPath(routes))) };
}

/** HTTP methods by path, without catch-all routes. */
function methodsByPath(routes: readonly HttpRoute[]): ReadonlyMap<string, readonly string[]> {
  const byPath = new Map<string, string[]>();
  for (const { path, methods } of routes)
    if (!path.includes("{*")) byPath.set(path, [...(byPath.get(path) ?? []), ...methods]);
  return new Map([...byPath].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function page(byPath: ReadonlyMap<string, readonly string[]>): string {
  const rows = [...byPath].map(([path, methods]) => {
    const text = escaped(`/${path}`);
    const isLink = methods.includes("GET") && !path.includes("{");
    return `<li>${escaped(methods.join(", "))} ${isLink ? `<a href="${text}">${text}</a>` : text}</li>`;
  });
  return `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Functions host</title></head>
<body><h1>Your Functions app is up and running</h1>
<p>Its routes:</p>
<ul>
${rows.join("\n")}
</ul>
</body>
</html>
`;
}
