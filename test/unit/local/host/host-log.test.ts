import { expect, test } from "vitest";
import { createHostLog, redact } from "../../../../local/host/host-log.ts";

test.each([
  ["GET https://a.blob/x?sv=1&sig=ab%2Bc%3D&se=2", "GET https://a.blob/x?sv=1&sig=***&se=2"],
  [
    "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=Zm9v+/==;BlobEndpoint=x",
    "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=***;BlobEndpoint=x",
  ],
  ["/api/jobs?code=secret-key&x=1", "/api/jobs?code=***&x=1"],
  ["SharedAccessSignature=sv=1;QueueEndpoint=q", "SharedAccessSignature=***;QueueEndpoint=q"],
  ["exit code 1; the design=blue", "exit code 1; the design=blue"],
])("%s is logged as %s", (text, expected) => {
  expect(redact(text)).toBe(expected);
});

test.each([
  [{}, "information", "Function.a", true],
  [{}, "debug", "Function.a", false],
  [{ default: "Warning" }, "information", "Function.a", false],
  [{ Default: "Warning", Function: "Debug" }, "debug", "Function.a.User", true],
  [{ Function: "Debug", "Function.a": "Error" }, "warning", "Function.a.User", false],
  [{ Function: "Debug", "Function.a": "Error" }, "debug", "Function.ab", true],
  [{ default: "None" }, "critical", "Host.Startup", false],
  [{ default: "nonsense" }, "information", "Host.Startup", true],
] as const)("with %j a line of level %s and category %s is written: %s", (logLevel, level, category, written) => {
  const lines: string[] = [];
  createHostLog((line) => lines.push(line), logLevel)(level, category, "text");
  expect(lines.length === 1).toBe(written);
});

test("a line has its time, its level unless it is information, and no secret", () => {
  const lines: string[] = [];
  const log = createHostLog((line) => lines.push(line));
  log("information", "Function.a", "one");
  log("error", "Function.a", "two?sig=x");
  expect(lines[0]).toMatch(/^\[\d{4}-\d\d-\d\dT[\d:.]+Z\] one$/);
  expect(lines[1]).toMatch(/ error: two\?sig=\*\*\*$/);
});
