import { expect, test } from "vitest";
import { settings } from "../../../shared/config/settings.ts";
import { unknownSettings } from "../../../shared/config/unknown-settings.ts";

const known = Object.keys(settings);

test.each([
  ["JOBS_POL_MIN_SECONDS", "JOBS_POLL_MIN_SECONDS"],
  ["JOBS_BACKND", "JOBS_BACKEND"],
  ["jobs_auth", "JOBS_AUTH"],
  ["Jobs_Backend", "JOBS_BACKEND"],
  ["JOBS__AUTH", "JOBS_AUTH"],
  ["JOBS_AZUREML:WORKSPACE", "JOBS_AZUREML_WORKSPACE"],
  ["JOBS_AZURE_ML_WORKSPACE", "JOBS_AZUREML_WORKSPACE"],
])("reports %s and suggests %s, without its value", (name, guess) => {
  expect(unknownSettings({ [name]: "secret", JOBS_AUTH: "key", PATH: "/bin" }, known)).toEqual([
    `${name}: is not a setting; did you mean ${guess}?`,
  ]);
});

test("reports every unknown name, and refers to the documentation if no known name is similar", () => {
  expect(unknownSettings({ JOBS_ZZZZZZZZZZ: "1", JOBS_AUTHH: "" }, known)).toEqual([
    "JOBS_AUTHH: is not a setting; did you mean JOBS_AUTH?",
    "JOBS_ZZZZZZZZZZ: is not a setting; docs/settings.md lists all settings.",
  ]);
});

test("ignores the case of names on Windows", () => {
  expect(unknownSettings({ jobs_auth: "key" }, known, true)).toEqual([]);
});
