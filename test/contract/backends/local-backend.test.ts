import { backendContract } from "./backend-contract.ts";
import { commandJob, localSetup } from "./local-jobs.ts";

const commands = { succeeds: "echo hello", fails: "exit 3", lasts: "sleep 60" };

backendContract("local", async () => {
  const { backend } = await localSetup();
  return { backend, job: (course) => commandJob(commands[course]) };
});
