/** Environment variables of this process, from which an app reads its settings. */

/** Sets variables. @returns a function that restores the previous values. */
export function setEnvironment(settings: Readonly<Record<string, string>>): () => void {
  const previous = Object.keys(settings).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, settings);
  return () => {
    for (const [name, value] of previous) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

/** Settings without those that the environment has: the environment overrides local.settings.json. */
export function onlyUnset(settings: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => process.env[name] === undefined));
}
