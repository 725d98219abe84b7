/** Longest line that is kept whole, in bytes, as in the existing stack. */
export const maxLineBytes = 65_536;

/** Cuts a byte stream into lines. */
export interface LineSplitter {
  push(chunk: Buffer): void;
  /** Hands over what is left without a line end. */
  end(): void;
  /** Lines that were longer than the limit; their rest was thrown away. */
  truncatedLines(): number;
}

/**
 * Creates a splitter. Lines come without their line end; bytes that are not UTF-8 become U+FFFD. At most `limitBytes`
 * are held, whatever the stream does.
 */
export function createLineSplitter(onLine: (line: string) => void, limitBytes: number = maxLineBytes): LineSplitter {
  let parts: Uint8Array[] = [];
  let heldBytes = 0;
  let truncated = 0;
  let cut = false;
  const hold = (bytes: Uint8Array): void => {
    const room = limitBytes - heldBytes;
    if (bytes.length > room && !cut) {
      cut = true;
      truncated += 1;
    }
    const kept = bytes.subarray(0, room);
    // A copy: the view would keep the whole chunk of a trickling stream alive.
    if (kept.length > 0) parts.push(Uint8Array.from(kept));
    heldBytes += kept.length;
  };
  const tell = (text: string): void => onLine(text.endsWith("\r") ? text.slice(0, -1) : text);
  const flush = (): void => {
    const text = Buffer.concat(parts, heldBytes).toString("utf8");
    parts = [];
    heldBytes = 0;
    cut = false;
    tell(text);
  };
  const take = (chunk: Buffer, start: number, end: number): void => {
    // Most lines come whole, and are read where they are.
    if (heldBytes === 0 && end - start <= limitBytes) return tell(chunk.toString("utf8", start, end));
    hold(chunk.subarray(start, end));
    flush();
  };
  return {
    push: (chunk) => {
      let start = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
        take(chunk, start, end);
        start = end + 1;
      }
      if (start < chunk.length) hold(chunk.subarray(start));
    },
    end: () => {
      if (heldBytes > 0) flush();
    },
    truncatedLines: () => truncated,
  };
}
