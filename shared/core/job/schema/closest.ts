/** The edit distance of two words, where swapped neighbors are one edit; `limit + 1` for any larger than `limit`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit || differentLetters(a, b) > limit) return limit + 1;
  let before: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = nextRow(a, b, i, last, before);
    // Two rows above the limit are never followed by one below it.
    if (Math.min(...row) > limit && Math.min(...last) > limit) return limit + 1;
    [before, last] = [last, row];
  }
  return last[b.length] ?? 0;
}

/** The distances of the first `i` letters of `a` to the beginnings of `b`, from those of the two shorter ones. */
function nextRow(a: string, b: string, i: number, last: readonly number[], before: readonly number[]): number[] {
  const row = [i];
  for (let j = 1; j <= b.length; j++) {
    const same = a[i - 1] === b[j - 1] ? 0 : 1;
    const edited = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
    const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
    row.push(isSwapped ? Math.min(edited, (before[j - 2] ?? 0) + 1) : edited);
  }
  return row;
}

/** A lower bound of the distance that is cheap: one edit adds at most one letter and removes at most one. */
function differentLetters(a: string, b: string): number {
  const [inA, inB] = [lettersOf(a), lettersOf(b)];
  return Math.max(bitsOf(inA & ~inB), bitsOf(inB & ~inA));
}

function lettersOf(text: string): number {
  let letters = 0;
  for (let at = 0; at < text.length; at++) letters |= 1 << (text.charCodeAt(at) & 31);
  return letters;
}

function bitsOf(letters: number): number {
  let count = 0;
  for (let rest = letters; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** The text in lowercase, without `-`, `_` and blanks. */
function plain(text: string): string {
  return (/[-_\s]/.test(text) ? text.replaceAll(/[-_\s]/g, "") : text).toLowerCase();
}

/** The known word that a misspelled word most likely stands for; undefined if none is close, or several are. */
export function closest(word: string, known: readonly string[]): string | undefined {
  if (word.length > 100) return undefined;
  const plainWord = plain(word);
  const same = known.filter((candidate) => plain(candidate) === plainWord);
  if (same.length === 1) return same[0];
  const limit = word.length < 4 ? 1 : word.length < 8 ? 2 : 3;
  const small = word.toLowerCase();
  let best = limit + 1;
  let found: string[] = [];
  for (const candidate of known) {
    const edits = distance(small, candidate, limit);
    if (edits > Math.min(limit, candidate.length / 2)) continue;
    if (edits < best) found = [];
    if (edits <= best) found.push(candidate);
    best = Math.min(best, edits);
  }
  return found.length === 1 ? found[0] : undefined;
}
