import { expect, test } from "vitest";
import { codeUrl } from "../../../../../shared/backends/azureml/assets/code-url.ts";

const returning = (codeUri: string | undefined) => ({ get: () => Promise.resolve({ properties: { codeUri } }) });

test.each([
  ["https://a.blob.core.windows.net/c", "https://a.blob.core.windows.net/c"],
  ["https://a.blob.core.windows.net:443/c/", "https://a.blob.core.windows.net/c"],
])("the code at %s has the URL %s", async (codeUri, url) => {
  expect(await codeUrl(returning(codeUri), "codes/c/versions/1", {})).toBe(url);
});

test("a code asset without an address is unavailable", async () => {
  const found = codeUrl(returning(undefined), "codes/c/versions/1", {});
  await expect(found).rejects.toMatchObject({ code: "unavailable", message: expect.stringContaining("codes/c") });
});
