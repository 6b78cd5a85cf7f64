// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Azure ML writes its bindings so, and bash its variables
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { commandJob, localSetup } from "../../../../contract/backends/local-jobs.ts";

/** Blanks behind a comment sign: a command that is longer than one argument can be, and says the same. */
const padding = `\n#${" ".repeat(140_000)}\n`;
const lengths: readonly (readonly [string, string])[] = [
  ["short", ""],
  ["of 140 kB", padding],
];

test.each(lengths)(
  "a %s command has bash as its name, no parameters, and no variable of its start",
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

test.each(lengths)("a %s command reads its here-document, and ends where set -e ends it", async (_length, more) => {
  const { run, log } = await localSetup();
  const job = commandJob(`set -e\n${more}cat <<'END'\nhere \${x} "quoted"\nEND\n(exit 7)\necho not reached`);
  expect(await run(job)).toMatchObject({ status: "Failed", error: { message: "The command exited with code 7." } });
  expect(await log(job)).toContain('\nhere ${x} "quoted"\n[jobgate]');
});

test("a program that is the last of a short command has its signal and not bash's exit code in the outcome", async () => {
  const { run } = await localSetup();
  expect(await run(commandJob("sh -c 'kill -9 $$'"))).toMatchObject({
    error: { message: "The command was ended by signal SIGKILL." },
  });
});

test("a command of 800 kB runs, whatever the system takes as an argument", async () => {
  const { run, log } = await localSetup();
  const job = commandJob(`echo begin\n${`: ${"x".repeat(1_000)}\n`.repeat(800)}echo end`);
  expect(await run(job)).toMatchObject({ status: "Completed" });
  expect(await log(job)).toContain("\nbegin\nend\n");
});

test("a command that grows beyond one argument by its inputs runs", async () => {
  const { run, log } = await localSetup();
  const job = commandJob("cat <<'END' | wc -c\n${{inputs.a}}${{inputs.a}}\nEND", { inputs: { a: "a".repeat(90_000) } });
  expect(await run(job)).toMatchObject({ status: "Completed" });
  expect(await log(job)).toContain("\n180001\n");
});

test("a command with lines that end in CRLF runs as one with LF", async () => {
  const { run, log } = await localSetup();
  const job = commandJob("if true; then\r\n echo yes\r\nfi\r\ncat <<END\r\nhere\r\nEND\r\n");
  expect(await run(job)).toMatchObject({ status: "Completed" });
  expect(await log(job)).toContain("\nyes\nhere\n");
});

test("a process finds its job's mark among its limits, and cannot shed it", async () => {
  const { run, log } = await localSetup();
  const job = commandJob("env -i setsid grep 'Max realtime timeout' /proc/self/limits; true");
  expect(await run(job)).toMatchObject({ status: "Completed" });
  expect(await log(job)).toMatch(/^Max realtime timeout +(\d{16}) +\1 /m);
  expect(readFileSync("/proc/self/limits", "utf8")).toMatch(/^Max realtime timeout +unlimited/m);
});
