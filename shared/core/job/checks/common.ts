/** Checks shared by job types. They report jobs that are valid but would fail or behave unexpectedly. */
import type { Report } from "../../diagnostic.ts";
import { isJobName } from "../../records/job-names.ts";
import { hasSecret } from "../../text/mask-secrets.ts";
import { isMapping, type Mapping, numberOf, type Value } from "../../yaml/value.ts";
import { registeredEnvironment } from "../fields/environment-suggestion.ts";
import { show } from "../schema/show.ts";
import { checkEnvironmentReference } from "./asset-references.ts";
import { checkSingleBraces } from "./check-single-braces.ts";
import { type CommandPorts, checkCommandReferences } from "./command-references.ts";

const maxEntries = 50;
const maxLength = 1000;
const key = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Checks the name, the tags and the properties. */
export function checkBaseFields(job: Mapping, report: Report): void {
  const { name } = job;
  if (typeof name === "string" && !isJobName(name)) {
    report({
      code: "invalid_name",
      message: `is ${show(name)}; expected 1 to 255 letters, digits, - and _, beginning with a letter or digit.`,
      path: ["name"],
      severity: "blocker",
    });
  }
  for (const field of ["tags", "properties"]) {
    const map = job[field];
    if (!isMapping(map)) continue;
    const entries = Object.entries(map);
    if (entries.length > maxEntries)
      report({
        code: "too_many",
        message: `has ${entries.length} entries; at most ${maxEntries} are allowed.`,
        path: [field],
        severity: "blocker",
      });
    for (const [entry, value] of entries) {
      const length = Math.max(entry.length, typeof value === "string" ? value.length : 0);
      if (length > maxLength)
        report({
          code: "too_long",
          message: `has ${length} characters; at most ${maxLength} are allowed.`,
          path: [field, entry],
          severity: "blocker",
        });
    }
  }
}

/** Names of inputs and outputs of pipelines and components; inputs may be grouped, as in `group.name`. */
export const groupedName = /^[a-zA-Z_][a-zA-Z0-9_]*(?:\.[a-zA-Z_][a-zA-Z0-9_]*)*$/;

/** Checks the names of the inputs and outputs of a component. @see _validate_io_names of the SDK */
export function checkPortNames({ inputs, outputs }: Mapping, report: Report): void {
  checkNames(inputs, ["inputs"], report, groupedName);
  checkNames(outputs, ["outputs"], report, groupedName);
}

/** Checks names of inputs, outputs and parameters, as Azure ML does on submission. */
export function checkNames(
  map: Value | undefined,
  path: readonly PropertyKey[],
  report: Report,
  pattern: RegExp = key,
): void {
  if (!isMapping(map)) return;
  for (const name of Object.keys(map)) {
    if (!pattern.test(name))
      report({
        code: "wrong_key",
        message: "is not a valid name; expected letters, digits and _, not beginning with a digit.",
        path: [...path, name],
        severity: "blocker",
      });
  }
}

/** Checks that a number, if given, is at least `minimum`. */
export function checkMinimum(
  value: Value | undefined,
  minimum: number,
  path: readonly PropertyKey[],
  report: Report,
): void {
  const number = numberOf(value);
  if (number !== undefined && number < minimum)
    report({ code: "out_of_range", message: `is ${number}; expected ${minimum} or more.`, path, severity: "blocker" });
}

/** Checks the numbers of machines and processes. */
export function checkCounts(settings: Mapping, path: readonly PropertyKey[], report: Report): void {
  const { resources, distribution } = settings;
  if (isMapping(resources)) {
    for (const field of ["instance_count", "max_instance_count"])
      checkMinimum(resources[field], 1, [...path, "resources", field], report);
  }
  if (!isMapping(distribution)) return;
  for (const field of ["process_count_per_instance", "worker_count"])
    checkMinimum(distribution[field], 1, [...path, "distribution", field], report);
  checkMinimum(distribution.parameter_server_count, 0, [...path, "distribution", "parameter_server_count"], report);
}

/** Checks that a command is not empty, and that the inputs and outputs that it uses exist. */
export function checkCommand(
  command: Value | undefined,
  ports: CommandPorts,
  path: readonly PropertyKey[],
  report: Report,
): void {
  if (typeof command !== "string") return;
  if (!/[a-zA-Z0-9_]/.test(command))
    report({
      code: "incomplete",
      message: "contains no command; write the command to run.",
      path,
      severity: "blocker",
    });
  if (command.includes("\r\n")) report({ code: "line_ends", message: crlf, path, severity: "warning" });
  checkSingleBraces(command, path, report);
  checkCommandReferences(command, ports, path, report);
}

const crlf =
  "has lines that end with CRLF; on Azure ML, bash reads the CR as part of the last word of a line. End lines with LF.";

/** Checks the reference of an environment, and that an inline one has either an image or a build. */
export function checkEnvironment(environment: Value | undefined, path: readonly PropertyKey[], report: Report): void {
  checkEnvironmentReference(environment, path, report);
  if (!isMapping(environment)) return;
  const { image, build } = environment;
  if ((image ?? "") !== "" && build !== undefined)
    report({ code: "conflict", message: "has an image and a build; remove one of them.", path, severity: "blocker" });
  if ((image ?? "") === "" && build === undefined)
    report({
      code: "incomplete",
      message: "needs an image or a build; write a registered environment as azureml:NAME:VERSION.",
      path,
      severity: "blocker",
      fix: { replaceBy: registeredEnvironment },
    });
}

/** Checks that names and values can be environment variables of a process. */
export function checkVariables(variables: Value | undefined, path: readonly PropertyKey[], report: Report): void {
  if (!isMapping(variables)) return;
  for (const name of Object.keys(variables)) {
    const value = variables[name];
    const variablePath = [...path, name];
    if (name === "" || /[=\0]/.test(name))
      report({
        code: "wrong_key",
        message: "is not a valid name of an environment variable; expected at least one character, without = and NUL.",
        path: variablePath,
        severity: "blocker",
      });
    if (Array.isArray(value) || isMapping(value))
      report({
        code: "wrong_type",
        message: `is ${show(value)}; the value of an environment variable must be text.`,
        path: variablePath,
        severity: "blocker",
      });
    if (typeof value !== "string") continue;
    if (value.includes("\0"))
      report({
        code: "invalid_character",
        message: "contains the character U+0000, which an environment variable cannot contain.",
        path: variablePath,
        severity: "blocker",
      });
  }
}

/**
 * Warns about bindings in the environment variables of a command, which Azure ML does not replace. The variables of a
 * node are checked with its other bindings.
 */
export function checkBoundVariables(variables: Value | undefined, path: readonly PropertyKey[], report: Report): void {
  if (!isMapping(variables)) return;
  for (const [name, value] of Object.entries(variables))
    if (typeof value === "string") checkBoundVariable(value, [...path, name], report);
}

/** A binding to an input or output, as in a command. */
const port = /\$\{\{\s*(inputs|outputs)\.(\w{1,255})\s*\}\}/;

function checkBoundVariable(value: string, path: readonly PropertyKey[], report: Report): void {
  const [text, kind, name] = port.exec(value) ?? [];
  if (text === undefined) return;
  const variable = `AZURE_ML_${kind === "inputs" ? "INPUT" : "OUTPUT"}_${name}`;
  const problem = `contains ${text}, which Azure ML does not replace in environment variables.`;
  const message = `${problem} Use ${variable}, which is set for every job.`;
  report({ code: "unfilled_binding", message, path, severity: "warning" });
}

/** Warns about secrets in any text or key of the payload. */
export function checkSecrets(value: Value | undefined, path: PropertyKey[], report: Report): void {
  const check = (text: string) => {
    if (!hasSecret(text)) return;
    const message = "contains a password, key or signature. Use an identity, a datastore, or a secret from Key Vault.";
    report({ code: "inline_secret", message, path: [...path], severity: "blocker" });
  };
  if (typeof value === "string") check(value);
  if (!Array.isArray(value) && !isMapping(value)) return;
  for (const key of Object.keys(value)) {
    path.push(key);
    check(key);
    checkSecrets(isMapping(value) ? value[key] : value[Number(key)], path, report);
    path.pop();
  }
}

/** Warns about fields that only the service sets, e.g. `status` in a dump. */
export function checkReadOnly(job: Mapping, names: readonly string[], report: Report): void {
  const ignored = (path: readonly PropertyKey[]): void =>
    report({
      code: "read_only",
      message: "is read-only; the value is ignored, because the service sets this field.",
      path,
      severity: "warning",
    });
  for (const name of names) {
    const value = job[name];
    // Editors need `$schema`, and every dump contains empty parameters.
    if (
      value !== undefined &&
      name !== "$schema" &&
      !(name === "parameters" && isMapping(value) && Object.keys(value).length === 0)
    )
      ignored([name]);
  }
  if (!isMapping(job.services)) return;
  for (const [service, fields] of Object.entries(job.services)) {
    for (const name of ["endpoint", "status", "error_message"])
      if (isMapping(fields) && fields[name] !== undefined) ignored(["services", service, name]);
  }
}
