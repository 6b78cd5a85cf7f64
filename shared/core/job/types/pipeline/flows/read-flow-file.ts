import { posix } from "node:path";
import {
  contextBelow,
  type JobFilesReader,
  joinPath,
  readMapping,
  withoutFileScheme,
} from "../../../checks/local-files.ts";
import { rebaseEnvironment, rebaseTo } from "../../../checks/resolve-environment.ts";
import { show } from "../../../schema/show.ts";
import { checkedContext } from "../checked-context.ts";
import { flowFieldsOf } from "./flow-fields.ts";
import { type Flow, readFlow } from "./read-flow.ts";

/**
 * Reads a prompt flow that was already checked with its job, with all paths relative to the folder of the job in the
 * bundle. @throws Error if the file is no longer valid.
 */
export function readFlowFile(path: string, files: JobFilesReader, folder: string): Flow {
  const context = checkedContext(path, files, folder);
  const file = joinPath(folder, withoutFileScheme(path)) ?? path;
  const below = posix.dirname(file);
  const inFile = contextBelow(context, [], below === "." ? "" : below);
  const flow = readFlow(readMapping(context, file, [], { typeOf: flowFieldsOf }) ?? {}, file, inFile);
  if (flow === undefined) throw new Error(`The prompt flow ${show(path)} cannot be read.`);
  const rebase = rebaseTo("", folder);
  const toJob = (each: string): string => String(rebase(each === "" ? "." : each));
  const environment = rebaseEnvironment(flow.component.environment, rebaseTo(inFile.folder, folder));
  return {
    ...flow,
    component: { ...flow.component, environment },
    folder: toJob(flow.folder),
    includes: flow.includes.map(toJob),
  };
}
