import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type SettingsSources, serviceSettings, usesFakeAzureML } from "../../../local/service-settings.ts";

let app: string;
beforeEach(() => {
  app = mkdtempSync(join(tmpdir(), "jobgate-settings-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(app, { recursive: true });
});

const file = (Values: object) =>
  writeFileSync(join(app, "local.settings.json"), JSON.stringify({ IsEncrypted: false, Values }));
const settings = (options: Partial<SettingsSources["options"]> = {}, more = {}) =>
  serviceSettings(app, { data: "/data", options: { data: false, enableAuth: false, ...options }, settings: more });

describe("settings of npm start", () => {
  test("have defaults for one machine", () => {
    expect(settings()).toMatchObject({
      JOBS_AUTH: "none",
      JOBS_BACKEND: "local",
      JOBS_DATA_DIR: "/data/jobs",
      JOBS_POLL_MIN_SECONDS: "1",
    });
  });

  test("in local.settings.json override the defaults", () => {
    file({
      JOBS_BACKEND: "azureml",
      JOBS_AUTH: "key",
      JOBS_POLL_MIN_SECONDS: "",
      AzureFunctionsJobHost__extensions__queues__batchSize: "9",
    });
    const read = settings();
    expect(read).toMatchObject({ JOBS_BACKEND: "azureml", JOBS_AUTH: "key", JOBS_POLL_MIN_SECONDS: "1" });
    expect(read).not.toHaveProperty("AzureFunctionsJobHost__extensions__queues__batchSize");
  });

  test("in the environment override local.settings.json, unless they are empty", () => {
    file({ JOBS_BACKEND: "azureml", JOBS_AUTH: "key", JOBS_LOG_URL_MINUTES: "3" });
    vi.stubEnv("JOBS_AUTH", "entra");
    vi.stubEnv("JOBS_BACKEND", "");
    vi.stubEnv("JOBS_LOG_URL_MINUTES", "");
    expect(settings()).toMatchObject({ JOBS_BACKEND: "azureml", JOBS_AUTH: "entra", JOBS_LOG_URL_MINUTES: "3" });
  });

  test("from options override the environment", () => {
    for (const [name, value] of Object.entries({
      JOBS_AUTH: "none",
      JOBS_BACKEND: "azureml",
      JOBS_DATA_DIR: "/elsewhere",
    }))
      vi.stubEnv(name, value);
    expect(settings()).toMatchObject({ JOBS_DATA_DIR: "/elsewhere" });
    expect(settings({ data: true, backend: "local", enableAuth: true })).toMatchObject({
      JOBS_AUTH: "key",
      JOBS_BACKEND: "local",
      JOBS_DATA_DIR: "/data/jobs",
    });
  });

  test("use the fake Azure ML only with backend azureml and without any part of a workspace", () => {
    expect(usesFakeAzureML(settings())).toBe(false);
    expect(usesFakeAzureML(settings({ backend: "azureml" }))).toBe(true);
    file({ JOBS_AZUREML_RESOURCE_GROUP: "mine" });
    expect(usesFakeAzureML(settings({ backend: "azureml" }))).toBe(false);
  });
});
