// Runs a script of this project on Node 24: the binary that `npm ci` installed, or this Node if it is 22.18 or later.
// Plain JavaScript for Node 18 and up, because this program finds the Node that can run TypeScript.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

function findNode() {
  const file = process.platform === "win32" ? "bin/node.exe" : "bin/node";
  const packages = [
    `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`,
    `node-bin-${process.platform}-${process.arch}`,
  ];
  for (const name of packages) {
    const path = join(root, "node_modules", name, file);
    if (existsSync(path)) return path;
  }
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  console.error(
    `Jobgate needs Node 22.18 or later; this is Node ${process.versions.node}, and no Node 24 for ` +
      `${process.platform}-${process.arch} is installed. Run \`npm ci\` without --omit=optional, or install Node 24.`,
  );
  process.exit(1);
}

const [script, ...args] = process.argv.slice(2);
if (script === undefined) {
  console.error("Usage: node scripts/run.mjs SCRIPT [ARGUMENT...]");
  process.exit(1);
}

const node = findNode();
// Programs that start `node` themselves run the same binary.
const path = `${dirname(node)}${process.platform === "win32" ? ";" : ":"}${process.env.PATH ?? ""}`;
const child = spawn(node, ["--disable-warning=ExperimentalWarning", join(root, script), ...args], {
  cwd: process.cwd(),
  env: { ...process.env, PATH: path },
  // The IPC channel closes when this process ends, even if it is killed; a service then stops too.
  stdio: ["inherit", "inherit", "inherit", "ipc"],
});
// A terminal sends Ctrl-C to every process of the group, so SIGINT is passed on only without a terminal.
const passOn = (signal) => {
  if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, passOn);
// A signal to npm ends npm and its shell, but not the program that the shell runs, so the end of the parent is watched.
const parent = process.ppid;
if (process.env.npm_lifecycle_event !== undefined) {
  setInterval(() => {
    if (process.ppid !== parent) child.kill("SIGTERM");
  }, 500).unref();
}
child.on("error", (error) => {
  console.error(`Could not start ${node}: ${error.message}`);
  process.exit(1);
});
child.on("exit", (code, signal) => {
  process.exitCode = code ?? (signal === "SIGINT" ? 130 : signal === "SIGTERM" ? 143 : 1);
  process.disconnect?.();
});
