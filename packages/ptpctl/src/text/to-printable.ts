// Tabs and line feeds are left out: they are harmless. The last two ranges change the direction of text.
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Replaces each character that a terminal obeys, such as escape, by what `write` makes of its code. */
export function replaceControls(text: string, write: (code: number) => string): string {
  return text.replaceAll(controls, (character) => write(character.charCodeAt(0)));
}

/**
 * A text that is safe on a terminal: control characters of files and names, which could move the cursor or change the
 * title, are written as `\x1b`. Line feeds and tabs stay.
 */
export function toPrintable(text: string): string {
  return replaceControls(text, (code) =>
    code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16)}`,
  );
}
