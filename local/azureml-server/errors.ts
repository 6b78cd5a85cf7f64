/** Error replies in the formats of Azure ML and Azure Resource Manager. */
import { randomBytes } from "node:crypto";
import { json, type Reply } from "./request-and-reply.ts";

/** An error of the management front end, whose real reason is in `additionalInfo`. */
export function userError(
  status: number,
  message: string,
  innerCodes: readonly string[],
  parameters: Readonly<Record<string, string>> = {},
  target: string | null = null,
): Reply {
  const format = Object.entries(parameters).reduce((text, [key, value]) => text.replace(value, `{${key}}`), message);
  const inner = innerCodes.reduceRight<object | null>((innerError, code) => ({ code, innerError }), null);
  const info = (type: string, value: unknown) => ({ type, info: { value } });
  return json(status, {
    error: {
      code: "UserError",
      message,
      target,
      details: [],
      additionalInfo: [
        info("ComponentName", "managementfrontend"),
        info("Correlation", { operation: hex(16), request: hex(8) }),
        info("Environment", "westus"),
        info("Location", "westus"),
        info("Time", new Date().toISOString()),
        info("InnerError", inner),
        info("MessageFormat", format),
        info("MessageParameters", parameters),
      ],
    },
  });
}

/** An error of run history. */
export function runError(status: number, code: string, message: string): Reply {
  const error = {
    code,
    severity: null,
    message,
    messageFormat: message,
    messageParameters: {},
    target: null,
    details: [],
    innerError: null,
  };
  const context = {
    correlation: { operation: hex(16), request: hex(8) },
    environment: "westus",
    location: "westus",
    componentName: "run-history",
  };
  return json(status, { error: { ...error, additionalInfo: null }, ...context, time: new Date().toISOString() });
}

/** An error of Azure Resource Manager's gateway. */
export function gatewayError(status: number, code: string, message: string): Reply {
  return json(status, { error: { code, message } });
}

function hex(bytes: number): string {
  return randomBytes(bytes).toString("hex");
}
