import type { Fix } from "../../diagnostic.ts";
import { closest } from "../schema/closest.ts";

/** The part of a bundle that suggestions use. */
export interface BundleNames {
  kind(path: string): "file" | "folder" | undefined;
  /** Names of the files and folders in a folder; none if the bundle cannot list them. */
  names?(folder: string): readonly string[];
}

/** Limits the time for suggestions. */
const maxNames = 2000;

/**
 * The correction of a path in the bundle in which one name is misspelled or has another ending; undefined if no single
 * file or folder fits. Only the name is replaced, so that the rest of the path is kept as the job has it.
 */
export function similarPath(files: BundleNames, path: string): Fix | undefined {
  if (files.names === undefined) return undefined;
  const names = path.split("/");
  const wrong = names.findIndex((_, index) => files.kind(names.slice(0, index + 1).join("/")) === undefined);
  const name = names[wrong];
  return name === undefined ? undefined : similarNameIn(files, names.slice(0, wrong), name, names.slice(wrong + 1));
}

/** The correction of a name in a folder, if the rest of the path exists below it. */
function similarNameIn(
  files: BundleNames,
  folder: readonly string[],
  name: string,
  rest: readonly string[],
): Fix | undefined {
  const by = similarName(name, files.names?.(folder.join("/")) ?? []);
  if (by === undefined || files.kind([...folder, by, ...rest].join("/")) === undefined) return undefined;
  return { replaceText: name, by };
}

function similarName(name: string, known: readonly string[]): string | undefined {
  if (known.length > maxNames) return undefined;
  const stem = stemOf(name);
  const [same, ...others] = known.filter((each) => stemOf(each) === stem);
  return same !== undefined && others.length === 0 ? same : closest(name, known);
}

/** A name without its ending, which must not be that of another kind of file: `.yaml` for `.yml`, but not `.py`. */
function stemOf(name: string): string {
  return name.replace(/\.ya?ml$/i, ".yml");
}
