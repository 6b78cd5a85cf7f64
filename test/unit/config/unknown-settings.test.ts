import { expect, test } from "vitest";
import { settings } from "../../../shared/config/config.ts";
import { unknownSettings } from "../../../shared/config/unknown-settings.ts";

const known = Object.keys(settings);

test.each([
  ["JOBS_POL_MIN_SECONDS", "JOBS_POLL_MIN_SECONDS"],
  ["JOBS_BACKND", "JOBS_BACKEND"],
  ["jobs_auth", "JOBS_AUTH"],
  ["Jobs_Backend", "JOBS_BACKEND"],
  ["JOBS__AUTH", "JOBS_AUTH"],
  ["JOBS_AZURE_ML_WORKSPACE", "JOBS_AZUREML_WORKSPACE"],
])("%s is not a setting, and %s is offered instead", (name, guess) => {
  expect(unknownSettings({ [name]: "secret", JOBS_AUTH: "key", PATH: "/bin" }, known)).toEqual([
    `${name}: is not a setting; did you mean ${guess}?`,
  ]);
});

test("a name that is like none is refused without a guess, and each wrong name is named", () => {
  expect(unknownSettings({ JOBS_ZZZZZZZZZZ: "1", JOBS_AUTHH: "" }, known)).toEqual([
    "JOBS_AUTHH: is not a setting; did you mean JOBS_AUTH?",
    "JOBS_ZZZZZZZZZZ: is not a setting; docs/settings.md lists them all.",
  ]);
});

test("names have no case on Windows", () => {
  expect(unknownSettings({ jobs_auth: "key" }, known, true)).toEqual([]);
});
