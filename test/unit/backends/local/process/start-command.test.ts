// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Azure ML writes its bindings so, and bash its variables
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { commandJob, localSetup } from "../../../../contract/backends/local-jobs.ts";

/** A comment that makes a command longer than one argument can be, without changing what it does. */
const padding = `\n#${" ".repeat(140_000)}\n`;
const lengths: readonly (readonly [string, string])[] = [
  ["short", ""],
  ["of 140 kB", padding],
];

test.each(lengths)(
  "runs a %s command with bash as $0, without parameters and without the variable that passes it",
  async (_length, more) => {
    const { run, log } = await localSetup();
    const job = commandJob(
      `echo "0=$0 options=$- count=$# in=$(wc -c) line=$LINENO leftover=\${JOBGATE_COMMAND-none}"${more}`,
    );
    expect(await run(job)).toMatchObject({ status: "Completed" });
    const [, zero] = /\n(0=.*)\n/.exec(await log(job)) ?? [];
    expect(zero).toMatch(/^0=\/\S*\/bash options=hBc count=0 in=0 line=[01] leftover=none$/);
  },
);

test.each(lengths)("reads the here-document of a %s command and applies set -e", async (_length, more) => {
  const { run, log } = await localSetup();
  const job = commandJob(`set -e\n${more}cat <<'END'\nhere \${x} "quoted"\nEND\n(exit 7)\necho not reached`);
  expect(await run(job)).toMatchObject({ status: "Failed", error: { message: "The command exited with code 7." } });
  expect(await log(job)).toContain('\nhere ${x} "quoted"\n[jobgate]');
});

test("reports the signal that ends the last program of a short command, not the exit code of bash", async () => {
  const { run } = await localSetup();
  expect(await run(commandJob("sh -c 'kill -9 $$'"))).toMatchObject({
    error: { message: "The command was ended by signal SIGKILL." },
  });
});

test("runs a command of 800 kB, which is more than the system accepts as an argument", async () => {
  const { run, log } = await localSetup();
  const job = commandJob(`echo begin\n${`: ${"x".repeat(1_000)}\n`.repeat(800)}echo end`);
  expect(await run(job)).toMatchObject({ status: "Completed" });
  expect(await log(job)).toContain("\nbegin\nend\n");
});

test("runs a command that exceeds one argument after its inputs are substituted", async () => {
  const { run, log } = await localSetup();
  const job = commandJob("cat <<'END' | wc -c\n${{inputs.a}}${{inputs.a}}\nEND", { inputs: { a: "a".repeat(90_000) } });
  expect(await run(job)).toMatchObject({ status: "Completed" });
  expect(await log(job)).toContain("\n180001\n");
});

test("runs a command with CRLF as one with LF", async () => {
  const { run, log } = await localSetup();
  const job = commandJob("if true; then\r\n echo yes\r\nfi\r\ncat <<END\r\nhere\r\nEND\r\n");
  expect(await run(job)).toMatchObject({ status: "Completed" });
  expect(await log(job)).toContain("\nyes\nhere\n");
});

test("marks each process of a job by a resource limit that the process cannot remove", async () => {
  const { run, log } = await localSetup();
  const job = commandJob("env -i setsid grep 'Max realtime timeout' /proc/self/limits; true");
  expect(await run(job)).toMatchObject({ status: "Completed" });
  expect(await log(job)).toMatch(/^Max realtime timeout +(\d{16}) +\1 /m);
  expect(readFileSync("/proc/self/limits", "utf8")).toMatch(/^Max realtime timeout +unlimited/m);
});
