import { closest } from "../closest.ts";

/** Names from other formats, job types and versions of a field -> its names here. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  arguments: ["args"],
  choices: ["values"],
  component: ["trial"],
  compute_name: ["compute"],
  asset: ["path"],
  data: ["path"],
  dataset: ["training_data", "path"],
  double: ["number"],
  env: ["environment", "environment_variables"],
  env_vars: ["environment_variables"],
  file: ["path"],
  float: ["number"],
  folder: ["path"],
  entry_script: ["entry"],
  grain_column_names: ["time_series_id_column_names"],
  high: ["max_value"],
  instance_size: ["instance_type"],
  label_column: ["target_column_name"],
  label_column_name: ["target_column_name"],
  location: ["path"],
  low: ["min_value"],
  max_duration: ["timeout"],
  max_trials: ["max_total_trials"],
  node_count: ["instance_count"],
  options: ["values"],
  parameters: ["search_space", "training_parameters"],
  script: ["command"],
  spark_version: ["runtime_version"],
  steps: ["jobs"],
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
  // A text with values is more than a name.
  if (/[[\](){},:=]/.test(word)) return [];
  // One or two letters are the beginning of too many words.
  if (words.length === 0 || words.length > 8 || words.every((each) => each.length < 3)) return [];
  return known.filter((name) => {
    const others = wordsOf(name);
    return isWithin(words, others) || (isWithin(others, words) && !isOtherThing(words, name));
  });
}

/** Whether words before a general name say what it is the name of: `compute_name` is no `name` of the job. */
function isOtherThing(words: readonly string[], name: string): boolean {
  if (name !== "name" && name !== "version") return false;
  return !words.every((word) => ["job", "run", name].includes(word));
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
