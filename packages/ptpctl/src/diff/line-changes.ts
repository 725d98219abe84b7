/** Beyond this many pairs of lines a text is not compared line by line. */
const mostPairs = 1_000_000;

/** The lines that go (`- `) and come (`+ `) between two texts, in order, without those that stay. */
export function lineChanges(old: string, now: string): readonly string[] {
  const [before, after] = [old.split("\n"), now.split("\n")];
  if (before.length * after.length > mostPairs) return [`- (${before.length} lines)`, `+ (${after.length} lines)`];
  const common = commonLengths(before, after);
  const width = after.length + 1;
  const changes: string[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) [i, j] = [i + 1, j + 1];
    else if (
      j >= after.length ||
      (i < before.length && at(common, (i + 1) * width + j) >= at(common, i * width + j + 1))
    ) {
      changes.push(`- ${before[i]}`);
      i += 1;
    } else {
      changes.push(`+ ${after[j]}`);
      j += 1;
    }
  }
  return changes;
}

/** Entry `i * (after.length + 1) + j`: how many lines the rests of both texts from lines i and j have in common. */
function commonLengths(before: readonly string[], after: readonly string[]): Uint32Array {
  const width = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        before[i] === after[j]
          ? at(lengths, (i + 1) * width + j + 1) + 1
          : Math.max(at(lengths, (i + 1) * width + j), at(lengths, i * width + j + 1));
    }
  }
  return lengths;
}

function at(lengths: Uint32Array, index: number): number {
  return lengths[index] ?? 0;
}
