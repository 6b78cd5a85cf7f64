import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isDisabled } from "../../../../../local/host/app/select-functions.ts";
import {
  getSetting,
  readLocalSettings,
  resolveConnection,
  resolveSettings,
  type ServiceConnection,
} from "../../../../../local/host/settings/settings.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "settings-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (content: unknown) => writeFileSync(join(folder, "local.settings.json"), JSON.stringify(content));

describe("local.settings.json", () => {
  test("has values and connection strings; nulls are skipped, empty texts are not", () => {
    write({
      IsEncrypted: false,
      Values: { A: "1", EMPTY: "", NONE: null },
      ConnectionStrings: { Plain: "p", Long: { ConnectionString: "l", ProviderName: "x" } },
    });
    expect(readLocalSettings(folder)).toEqual({
      A: "1",
      EMPTY: "",
      "ConnectionStrings:Plain": "p",
      "ConnectionStrings:Long": "l",
    });
  });

  test("may be missing", () => {
    expect(readLocalSettings(folder)).toEqual({});
  });

  test.each([[{ Values: {} }], [{ IsEncrypted: true, Values: {} }]])("must have IsEncrypted false: %j", (content) => {
    write(content);
    expect(() => readLocalSettings(folder)).toThrow(
      'local.settings.json: "IsEncrypted" must be false, because encrypted settings are not supported.',
    );
  });

  test("that is not JSON causes an error with its path", () => {
    writeFileSync(join(folder, "local.settings.json"), "{");
    expect(() => readLocalSettings(folder)).toThrow(/local\.settings\.json cannot be read: /);
  });
});

describe("%setting%", () => {
  test("is replaced anywhere in a text", () => {
    expect(resolveSettings("a-%ONE%-%two%", { ONE: "1", TWO: "2" })).toBe("a-1-2");
  });

  test("that is missing causes the error of the real host", () => {
    expect(() => resolveSettings("%NONE%", {})).toThrow("'%NONE%' does not resolve to a value");
  });
});

test.each([
  ["A__B", { A__B: "1" }, "1"],
  ["A:B", { A__B: "1" }, "1"],
  ["a__b", { "A:B": "1" }, "1"],
  ["a", { A: undefined }, undefined],
])("the setting %s in %j is %j", (name, env, value) => {
  expect(getSetting(name, env)).toBe(value);
});

const uriOf = (connection: ServiceConnection) => ("uri" in connection ? connection.uri : connection.connectionString);

describe("a connection", () => {
  test.each([
    [undefined, { AzureWebJobsStorage: "default" }, "default"],
    ["", { AzureWebJobsStorage: "default" }, "default"],
    ["AzureWebJobsStorage", { AzureWebJobsStorage: "default" }, "default"],
    ["Jobs", { AzureWebJobsJobs: "prefixed", Jobs: "plain" }, "prefixed"],
    ["Jobs", { Jobs: "plain" }, "plain"],
    ["Jobs", { "ConnectionStrings:Jobs": "listed", Jobs: "plain" }, "listed"],
    ["%WHICH%", { WHICH: "Jobs", Jobs: "plain" }, "plain"],
    ["Jobs", { Jobs: "wins", Jobs__queueServiceUri: "https://q" }, "wins"],
    ["Jobs", { Jobs__queueServiceUri: "https://q", Jobs__serviceUri: "https://any" }, "https://q"],
    ["Jobs", { Jobs__serviceUri: "https://any" }, "https://any"],
    ["Jobs", { Jobs__accountName: "acct" }, "https://acct.queue.core.windows.net"],
    ["Jobs", { Jobs: "", Jobs__accountName: "acct" }, "https://acct.queue.core.windows.net"],
  ])("named %j in %j is %s", (name, env, expected) => {
    expect(uriOf(resolveConnection(name, "queue", env))).toBe(expected);
  });

  test("that is missing causes the error of the real host", () => {
    expect(() => resolveConnection("Jobs", "queue", {})).toThrow(
      "Storage account connection string 'AzureWebJobsJobs' does not exist. Make sure that it is a defined App Setting.",
    );
  });

  test.each([
    [{}, "DefaultAzureCredential"],
    [{ Jobs__clientId: "id" }, "DefaultAzureCredential"],
    [{ Jobs__credential: "managedidentity" }, "ManagedIdentityCredential"],
    [{ Jobs__credential: "managedidentity", Jobs__clientId: "id" }, "ManagedIdentityCredential"],
  ])("by identity with %j uses a %s", async (more, kind) => {
    const connection = resolveConnection("Jobs", "queue", { Jobs__accountName: "acct", ...more });
    if (!("credential" in connection)) throw new Error("This is no identity-based connection.");
    expect((await connection.credential()).constructor.name).toBe(kind);
  });
});

test.each([
  [{ "AzureWebJobs.submit-job.Disabled": "true" }, true],
  [{ "AzureWebJobs_submit-job_Disabled": "1" }, true],
  [{ "AzureWebJobs.submit-job.Disabled": "false" }, false],
  [{ "AzureWebJobs.other.Disabled": "true" }, false],
])("with %j the function is disabled: %s", (env, expected) => {
  expect(isDisabled("submit-job", env)).toBe(expected);
});
