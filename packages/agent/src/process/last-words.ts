/** Keeps the last lines of a process, for the record of its end. */
export interface LastWords {
  add(line: string): void;
  lines(): readonly string[];
}

/** Creates a memory of the last `maxLines` non-empty lines, each cut after `maxChars` characters. */
export function createLastWords({ maxLines = 3, maxChars = 200 } = {}): LastWords {
  const kept: string[] = [];
  return {
    add: (line) => {
      const text = line.trim();
      if (text === "") return;
      kept.push(text.length > maxChars ? `${text.slice(0, maxChars)}…` : text);
      if (kept.length > maxLines) kept.shift();
    },
    lines: () => [...kept],
  };
}
