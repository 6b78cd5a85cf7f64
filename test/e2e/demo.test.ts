import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { dataFolder, removeData, runProgram, runScript } from "../support/service-process.ts";

test("npm run demo takes a job from its file to its log, says where things are and how long they took, and exits 0", async () => {
  const data = await dataFolder();
  onTestFinished(() => removeData(data));
  const demo = runProgram("npm", ["run", "--silent", "demo", "--", "--data", data]);
  onTestFinished(() => void demo.child.kill("SIGKILL"));
  expect(await demo.ended, demo.output()).toEqual({ code: 0, signal: null });

  const output = demo.output();
  expect(output).toMatch(/^ *\d+ ms {2}Azurite and the Functions host run at http:\/\/127\.0\.0\.1:\d+$/m);
  const [, name = ""] = /^ *\d+ ms {2}examples\/hello-world\.yml was submitted as job (\w+)$/m.exec(output) ?? [];
  expect(name).not.toBe("");
  expect(output).toMatch(/^ *\d+ ms {2}Completed$/m);
  expect(output).toMatch(/^ *\| hello world$/m);
  expect(output).toContain(
    `Its dumped YAML is the blob ${name}/job.yml in container jobs (Azurite's data: ${join(data, "azurite")})`,
  );
  expect(output).toMatch(/^All of it took \d+\.\d s\./m);
});

test.each(["local/demo.ts", "bench/run.ts"])(
  "%s --help says what can be given, and another option is refused without a stack",
  async (script) => {
    const help = runScript(script, ["--help"]);
    expect(await help.ended).toMatchObject({ code: 0 });
    expect(help.output()).toContain("Usage: npm run");
    const wrong = runScript(script, ["--nonsense"]);
    expect(await wrong.ended).toMatchObject({ code: 1 });
    expect(wrong.output()).toContain("--nonsense");
    expect(wrong.output()).not.toContain("    at ");
  },
);
