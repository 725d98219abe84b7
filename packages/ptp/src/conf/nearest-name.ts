/**
 * The candidate most like `name`, if any is near: a name that differs in case only, else the one with the fewest
 * single edits (insert, delete, replace, swap neighbours), at most a third of the length and never more than three.
 * The first of equals wins. Names beyond 64 characters have none.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > 64) return undefined;
  const folded = name.toLowerCase();
  let best: string | undefined;
  let bound = Math.min(3, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(folded, candidate.toLowerCase(), bound);
    if (distance >= bound) continue;
    best = candidate;
    bound = distance;
    if (distance === 0) break;
  }
  return best;
}

/** Edits between two texts, counting swapped neighbours once; `bound` stands for that many or more. */
function editDistance(left: string, right: string, bound: number): number {
  if (Math.abs(left.length - right.length) >= bound) return bound;
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      const replaced = cell(last, column - 1) + (same ? 0 : 1);
      let least = Math.min(replaced, cell(last, column) + 1, cell(current, column - 1) + 1);
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (row > 1 && column > 1 && swapped) least = Math.min(least, cell(beforeLast, column - 2) + 1);
      current.push(least);
    }
    if (Math.min(...current) >= bound) return bound;
    beforeLast = last;
    last = current;
  }
  return Math.min(bound, cell(last, right.length));
}

function cell(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
