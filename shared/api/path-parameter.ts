import type { HttpRequest } from "@azure/functions";

/** A part of the route, decoded; "" when the route leaves it out. */
export function pathParameter(request: HttpRequest, name: string): string {
  return Object.hasOwn(request.params, name) ? (request.params[name] ?? "") : "";
}
