import { delimiter, dirname, join } from "node:path";

/**
 * PATH as in the user's shell: without the folders that `npm start` adds for package programs and the packaged Node, so
 * that a job runs the user's `node` and `python`.
 */
export function userPath(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
  node: string = process.execPath,
): string {
  const added = new Set(foldersAddedByNpm(env.npm_package_json));
  // Only the packaged Node is in a folder node_modules.
  if (/[\\/]node_modules[\\/]/.test(node)) added.add(dirname(node));
  return path
    .split(delimiter)
    .filter((folder) => !added.has(folder) && !/[\\/]@npmcli[\\/]run-script[\\/]lib[\\/]node-gyp-bin$/.test(folder))
    .join(delimiter);
}

/** `node_modules/.bin` of the package's folder and each folder above. @see setPATH of the package @npmcli/run-script */
function foldersAddedByNpm(packageFile: string | undefined): readonly string[] {
  if (packageFile === undefined) return [];
  const folders: string[] = [];
  for (let folder = dirname(packageFile); ; folder = dirname(folder)) {
    folders.push(join(folder, "node_modules", ".bin"));
    if (dirname(folder) === folder) return folders;
  }
}
