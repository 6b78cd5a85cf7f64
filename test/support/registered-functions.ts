/** The functions that the app registers with the Functions host. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

export const root = join(import.meta.dirname, "../..");

export interface Registered {
  readonly functions: readonly {
    readonly name: string;
    readonly bindings: Readonly<Record<string, { readonly type: string; readonly [option: string]: unknown }>>;
  }[];
  readonly hooks: readonly string[];
}

/** The settings of local.settings.sample.json. */
export function sampleSettings(): Readonly<Record<string, string>> {
  return (
    JSON.parse(readFileSync(join(root, "local.settings.sample.json"), "utf8")) as {
      readonly Values: Readonly<Record<string, string>>;
    }
  ).Values;
}

/** Loads an entry in a separate process, with the settings of the sample. */
export async function registered(
  entry = "functions/main.ts",
  settings: Readonly<Record<string, string>> = {},
): Promise<Registered> {
  const args = ["--disable-warning=ExperimentalWarning", join(import.meta.dirname, "registered.ts"), entry];
  const development = { AZURE_FUNCTIONS_ENVIRONMENT: "Development", WEBSITE_HOSTNAME: "localhost:7071" };
  const env = { PATH: process.env.PATH, ...sampleSettings(), ...development, ...settings };
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env, timeout: 20_000 });
  return JSON.parse(stdout) as Registered;
}

/** Public functions, which need no authentication. */
export const openFunctions: readonly string[] = [
  "get-schema",
  "health",
  "health-ready",
  "list-schemas",
  "zz-unknown-call",
];

/** The function for unknown calls, which has no route of its own. */
export const lastFunction = "zz-unknown-call";

export interface Call {
  readonly function: string;
  readonly method: string;
  readonly route: string;
  readonly authLevel: string;
}

/** Every HTTP call of the app. */
export function callsOf({ functions }: Registered): readonly Call[] {
  return functions.flatMap(({ name, bindings }) =>
    Object.values(bindings)
      .filter(({ type }) => type === "httpTrigger")
      .flatMap(({ methods, route, authLevel }) =>
        (methods as string[]).map((method) => ({
          function: name,
          method,
          route: String(route),
          authLevel: String(authLevel),
        })),
      ),
  );
}
