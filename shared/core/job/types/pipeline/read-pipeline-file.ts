import { posix } from "node:path";
import { isMapping, type Mapping } from "../../../yaml/value.ts";
import {
  contextBelow,
  type JobFilesReader,
  joinPath,
  readMapping,
  withoutFileScheme,
} from "../../checks/local-files.ts";

import { checkNodes } from "./check-nodes.ts";
import { checkedContext } from "./checked-context.ts";
import { asPipeline, readPipelineComponent } from "./component-files.ts";
import { isComponentFile } from "./components/components.ts";
import { rebasePaths } from "./rebase-paths.ts";

/** A pipeline in a file that a job refers to. */
export interface PipelineFile {
  /** Its fields, with the component of every node, and with all paths relative to the folder of the job. */
  readonly pipeline: Mapping;
  /** Names of the nodes whose component is in a file of its own. */
  readonly fromFiles: ReadonlySet<string>;
}

/**
 * Reads a pipeline file that was already checked with its job; `folder` is the folder of the job in the bundle.
 * @throws Error if the file is no longer valid.
 */
export function readPipelineFile(path: string, files: JobFilesReader, folder: string): PipelineFile {
  const context = checkedContext(path, files, folder);
  const file = joinPath(folder, withoutFileScheme(path)) ?? path;
  const content = readMapping(context, file, [], asPipeline) ?? {};
  const below = posix.dirname(file);
  const inFile = contextBelow(context, [], below === "." ? "" : below);
  const pipeline = readPipelineComponent(content, true, inFile) ?? {};
  const nodes = isMapping(pipeline.jobs) ? checkNodes(pipeline, true, inFile) : {};
  const { jobs } = rebasePaths({ jobs: nodes }, below, folder);
  const nodesFromFiles = Object.entries(isMapping(content.jobs) ? content.jobs : {}).filter(
    ([, node]) => isMapping(node) && isFile(node.component ?? node.trial),
  );
  return { pipeline: { ...pipeline, jobs }, fromFiles: new Set(nodesFromFiles.map(([name]) => name)) };
}

/** Whether a component is a file; a path with the scheme `file:` is not, as in the SDK. */
function isFile(component: unknown): boolean {
  return isComponentFile(component) && !component.startsWith("file:");
}
