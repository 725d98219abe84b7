/** Width that text for people keeps to, in characters. */
export const textWidth = 100;

/** Breaks a text at spaces into lines of at most `width`; longer words stand alone. Line feeds stay. */
export function wrap(text: string, width: number = textWidth): readonly string[] {
  return text.split("\n").flatMap((line) => {
    const lines: string[] = [];
    let current = "";
    for (const word of line.split(" ")) {
      if (current !== "" && current.length + 1 + word.length > width) {
        lines.push(current);
        current = word;
      } else current = current === "" ? word : `${current} ${word}`;
    }
    return [...lines, current];
  });
}

/** The lines of a text, broken and each set in by as many spaces, as one text. */
export function indent(text: string, spaces: number): string {
  return wrap(text, textWidth - spaces)
    .map((line) => `${" ".repeat(spaces)}${line}\n`)
    .join("");
}
