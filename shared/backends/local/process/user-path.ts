import { delimiter, dirname, join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * PATH as the user's shell has it. `npm start` puts folders of the product before it (the programs of its packages, and the Node
 * that runs it); a job's `node` and `python` are the user's.
 */
export function userPath(path: string, env: Environment, node: string = process.execPath): string {
  const added = new Set(addedByNpm(env.npm_package_json));
  // The Node of the product lies among its packages; that of the user does not.
  if (/[\\/]node_modules[\\/]/.test(node)) added.add(dirname(node));
  return path
    .split(delimiter)
    .filter((folder) => !added.has(folder) && !/[\\/]@npmcli[\\/]run-script[\\/]lib[\\/]node-gyp-bin$/.test(folder))
    .join(delimiter);
}

/** @see setPATH of the package @npmcli/run-script: `node_modules/.bin` of the package's folder and of each folder above. */
function addedByNpm(packageFile: string | undefined): readonly string[] {
  if (packageFile === undefined) return [];
  const folders: string[] = [];
  for (let folder = dirname(packageFile); ; folder = dirname(folder)) {
    folders.push(join(folder, "node_modules", ".bin"));
    if (dirname(folder) === folder) return folders;
  }
}
