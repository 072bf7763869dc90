/** Edits (insert, delete, replace, swap neighbours) that turn one word into another. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

/** Enough for every operator and name of a spec. */
const mostCandidates = 1000;

/** The candidates nearest to what was written, best first; empty when none is near. */
export function nearest(written: string, candidates: Iterable<string>, most = 3): string[] {
  const word = written.toLowerCase().slice(0, 64);
  // One letter is near to every other.
  const limit = word.length < 3 ? word.length - 1 : Math.floor(word.length / 3);
  return [...new Set(candidates)]
    .filter((text) => Math.abs(text.length - word.length) <= limit)
    .slice(0, mostCandidates)
    .map((text) => ({ text, far: distance(word, text.toLowerCase().slice(0, 64)) }))
    .filter(({ far }) => far <= limit)
    .sort((a, b) => a.far - b.far || (a.text < b.text ? -1 : 1))
    .slice(0, most)
    .map(({ text }) => text);
}

/** "did you mean `relu`?", or nothing. */
export function didYouMean(written: string, candidates: Iterable<string>): string | undefined {
  const near = nearest(written, candidates);
  return near.length === 0 ? undefined : `did you mean ${near.map((text) => `\`${text}\``).join(" or ")}?`;
}
