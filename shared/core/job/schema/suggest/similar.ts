import { closest } from "../closest.ts";

/** Names from other formats, job types and versions of a field -> its names here. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  arguments: ["args"],
  choices: ["values"],
  component: ["trial"],
  asset: ["path"],
  data: ["path"],
  dataset: ["training_data", "path"],
  env: ["environment", "environment_variables"],
  env_vars: ["environment_variables"],
  file: ["path"],
  folder: ["path"],
  high: ["max_value"],
  instance_size: ["instance_type"],
  location: ["path"],
  low: ["min_value"],
  max_trials: ["max_total_trials"],
  node_count: ["instance_count"],
  options: ["values"],
  parameters: ["search_space", "training_parameters"],
  script: ["command"],
  source: ["path"],
  source_directory: ["code"],
  target: ["compute"],
  trial: ["component"],
  uri: ["path"],
  uri_file: ["path"],
  uri_folder: ["path"],
  url: ["path"],
  vm_size: ["instance_type"],
};

/**
 * The known name that a wrong name most likely stands for: a misspelled one, one with more, fewer or shortened words
 * (`metric` for `primary_metric`), or a synonym; undefined if there is none or several are as likely.
 */
export function similar(word: string, known: readonly string[]): string | undefined {
  return likely(word, known) ?? related(word, known);
}

/** The only synonym, or the closest name. */
export function likely(word: string, known: readonly string[]): string | undefined {
  return single(withSynonym(word, known)) ?? closest(word, known);
}

/** The only known name with more, fewer or shortened words. */
export function related(word: string, known: readonly string[]): string | undefined {
  const names = withSameWords(word, known);
  const count = wordsOf(word).length;
  return (
    single(names) ?? single(names.filter((name) => wordsOf(name).length === count)) ?? single(withSynonym(word, known))
  );
}

function single(names: readonly string[]): string | undefined {
  return names.length === 1 ? names[0] : undefined;
}

function withSynonym(word: string, known: readonly string[]): readonly string[] {
  const names = Object.hasOwn(synonyms, word) ? synonyms[word] : [];
  return known.filter((name) => names?.includes(name));
}

function withSameWords(word: string, known: readonly string[]): readonly string[] {
  const words = wordsOf(word);
  // One or two letters are the beginning of too many words.
  if (words.length === 0 || words.length > 8 || words.every((each) => each.length < 3)) return [];
  return known.filter((name) => {
    const others = wordsOf(name);
    return isWithin(words, others) || isWithin(others, words);
  });
}

function wordsOf(name: string): readonly string[] {
  return name.length > 100
    ? []
    : name
        .toLowerCase()
        .split(/[^a-z0-9]+/)
        .filter((word) => word !== "");
}

/** Whether each word is the beginning of one of the other words, in the same order. */
function isWithin(words: readonly string[], others: readonly string[]): boolean {
  let at = 0;
  return words.every((word) => {
    const found = others.findIndex((other, index) => index >= at && other.startsWith(word));
    at = found + 1;
    return found >= 0;
  });
}
