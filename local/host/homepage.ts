import { emptyAnswer } from "./http-server.ts";
import type { HttpOutput } from "./http-trigger.ts";

const html = `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Functions host</title></head>
<body><h1>Your Functions app is up and running</h1></body>
</html>
`;

/** What `/` answers while no function has it: a page, or nothing with AzureWebJobsDisableHomepage=true. */
export function homepage(show: boolean): HttpOutput {
  if (!show) return emptyAnswer(204);
  return { status: 200, headers: [["Content-Type", "text/html; charset=utf-8"]], cookies: [], body: Buffer.from(html) };
}
