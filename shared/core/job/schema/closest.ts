/** The edit distance that counts swapped neighbors as one edit, up to `limit`; more is `limit + 1`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit || differentLetters(a, b) > limit) return limit + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  let leastBefore = 0;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      row.push(best);
      least = Math.min(least, best);
    }
    // What is beyond the limit twice in a row never comes back below it.
    if (least > limit && leastBefore > limit) return limit + 1;
    leastBefore = least;
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** A bound of the distance that costs next to nothing: one edit adds one letter and takes one away, at the most. */
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

/** A text without `-`, `_` and blanks, in small letters. */
function plain(text: string): string {
  return (/[-_\s]/.test(text) ? text.replaceAll(/[-_\s]/g, "") : text).toLowerCase();
}

/** What somebody may have meant by a word: the one known word that is nearest and near enough; undefined when several are. */
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
