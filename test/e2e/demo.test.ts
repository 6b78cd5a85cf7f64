import { expect, onTestFinished, test } from "vitest";
import { dataFolder, removeData, runProgram, runScript } from "../support/service-process.ts";

test("npm run demo submits a job, prints its log, location in storage and durations, and exits with 0", async () => {
  const data = await dataFolder();
  onTestFinished(() => removeData(data));
  const demo = runProgram("npm", ["run", "--silent", "demo", "--", "--data", data]);
  onTestFinished(() => void demo.child.kill("SIGKILL"));
  expect(await demo.ended, demo.output()).toEqual({ code: 0, signal: null });

  const output = demo.output();
  expect(output).toMatch(/^ *\d+ ms {2}Azurite and the Functions host started at http:\/\/127\.0\.0\.1:\d+$/m);
  const [, name = ""] = /^ *\d+ ms {2}examples\/hello-world\.yml submitted as job (\w+)$/m.exec(output) ?? [];
  expect(name).not.toBe("");
  expect(output).toMatch(/^ *\d+ ms {2}status Completed$/m);
  expect(output).toMatch(/^ *\| hello world$/m);
  expect(output).toContain(`The job is stored as YAML in the blob ${name}/job.yml of the container jobs.`);
  expect(output).toContain(`  npm start -- --data ${data}\n`);
  expect(output).toMatch(/^Total time: \d+\.\d s$/m);
});

test.each(["local/demo.ts", "bench/run.ts"])(
  "%s --help prints the options, and an unknown option is rejected without a stack trace",
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
