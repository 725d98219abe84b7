/**
 * The arguments with `-f` before every path that follows it: `-f a b -` means `-f a -f b -f -`, as a shell makes of
 * `-f *.yaml`. The argument parser cannot do this itself: it takes no `-` for one of several values.
 */
export function spreadPaths(argv: readonly string[]): string[] {
  const spread: string[] = [];
  let isAfterPath = false;
  for (const [at, word] of argv.entries()) {
    const isValue = isFilesFlag(argv[at - 1] ?? "");
    if (isAfterPath && !isValue && (word === "-" || !word.startsWith("-"))) spread.push("-f");
    else isAfterPath = isValue || /^(-f|--filename=)./.test(word);
    spread.push(word);
  }
  return spread;
}

function isFilesFlag(word: string): boolean {
  return word === "-f" || word === "--filename";
}
