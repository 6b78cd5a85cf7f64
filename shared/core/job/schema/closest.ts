/** The edit distance that counts a swap of neighbors as one edit; `limit + 1` if it exceeds `limit`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit || differentLetters(a, b) > limit) return limit + 1;
  let rowBefore: number[] = [];
  let lastRow = Array.from({ length: b.length + 1 }, (_, index) => index);
  let leastBefore = 0;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let edits = i;
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const substituted = (lastRow[j - 1] ?? 0) + Number(a[i - 1] !== b[j - 1]);
      edits = Math.min((lastRow[j] ?? 0) + 1, edits + 1, substituted);
      if (isSwap(a, b, i, j)) edits = Math.min(edits, (rowBefore[j - 2] ?? 0) + 1);
      row.push(edits);
      least = Math.min(least, edits);
    }
    // If two consecutive rows exceed the limit, all later rows do too.
    if (least > limit && leastBefore > limit) return limit + 1;
    leastBefore = least;
    rowBefore = lastRow;
    lastRow = row;
  }
  return lastRow[b.length] ?? 0;
}

/** Whether the letters before position `i` of `a` and position `j` of `b` are swapped neighbors. */
function isSwap(a: string, b: string, i: number, j: number): boolean {
  return i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
}

/** A cheap lower bound of the distance: one edit adds at most one letter and removes at most one. */
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

/** A text in lowercase without `-`, `_` and blanks. */
function plain(text: string): string {
  return (/[-_\s]/.test(text) ? text.replaceAll(/[-_\s]/g, "") : text).toLowerCase();
}

/** The known word closest to a misspelled word; undefined if none is close enough, or several are equally close. */
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
    const edits = distance(small, candidate.toLowerCase(), limit);
    if (edits > Math.min(limit, candidate.length / 2)) continue;
    if (edits < best) found = [];
    if (edits <= best) found.push(candidate);
    best = Math.min(best, edits);
  }
  return found.length === 1 ? found[0] : undefined;
}
