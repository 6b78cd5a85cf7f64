/** Makes the local paths of a component relative to another folder. */
import { isMapping, type Mapping, type Value } from "../../../yaml/value.ts";
import { withoutFileScheme } from "../../checks/local-files.ts";
import { type Rebase, rebaseEnvironment, rebaseTo } from "../../checks/resolve-environment.ts";
import { isComponentFile } from "./components/components.ts";
import { rebaseNodeData } from "./rebase-node-data.ts";

/** A component whose local paths, relative to folder `from`, are made relative to folder `to`. */
export function rebasePaths(component: Mapping, from: string, to: string): Mapping {
  // The default code of a spark component is its own folder.
  return mapPaths(component.type === "spark" ? { code: ".", ...component } : component, rebaseTo(from, to));
}

function mapPaths(holder: Mapping, rebase: Rebase): Mapping {
  const rebased: Record<string, Value | undefined> = Object.assign(Object.create(null), holder);
  if (holder.code !== undefined) rebased.code = rebase(holder.code);
  if (Array.isArray(holder.additional_includes))
    rebased.additional_includes = holder.additional_includes.map((path: Value) => rebase(path) as Value);
  if (holder.environment !== undefined) rebased.environment = rebaseEnvironment(holder.environment, rebase);
  if (isMapping(holder.task)) rebased.task = mapPaths(holder.task, rebase);
  for (const field of ["component", "trial"]) {
    const path = holder[field];
    if (isComponentFile(path)) rebased[field] = rebase(withoutFileScheme(path));
    else if (isMapping(path)) rebased[field] = mapPaths(path, rebase);
  }
  if (isMapping(holder.jobs))
    rebased.jobs = Object.fromEntries(
      Object.entries(holder.jobs).map(([name, node]) => [
        name,
        isMapping(node) ? mapPaths(rebaseNodeData(node, rebase), rebase) : node,
      ]),
    );
  return rebased;
}
