/** Longest line that is kept whole, in bytes, as in the existing stack. */
export const maxLineBytes = 65_536;

/** Cuts a byte stream into lines. */
export interface LineSplitter {
  push(bytes: Uint8Array): void;
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
  const begun = createBegunLine(limitBytes);
  const tell = (text: string): void => onLine(text.endsWith("\r") ? text.slice(0, -1) : text);
  const take = (chunk: Buffer, start: number, end: number): void => {
    // Most lines come whole, and are read where they are.
    if (begun.isEmpty() && end - start <= limitBytes) return tell(chunk.toString("utf8", start, end));
    begun.add(chunk.subarray(start, end));
    tell(begun.takeText());
  };
  return {
    push: (bytes) => {
      const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      let start = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
        take(chunk, start, end);
        start = end + 1;
      }
      if (start < chunk.length) begun.add(chunk.subarray(start));
    },
    end: () => {
      if (!begun.isEmpty()) tell(begun.takeText());
    },
    truncatedLines: () => begun.truncatedLines(),
  };
}

/** A line whose end has not come yet. */
interface BegunLine {
  isEmpty(): boolean;
  /** Takes as much of it as there is room for. */
  add(bytes: Uint8Array): void;
  /** What there is; empty from then on. */
  takeText(): string;
  truncatedLines(): number;
}

function createBegunLine(limitBytes: number): BegunLine {
  let parts: Uint8Array[] = [];
  let heldBytes = 0;
  let truncated = 0;
  let isCut = false;
  return {
    isEmpty: () => heldBytes === 0,
    add: (bytes) => {
      const room = limitBytes - heldBytes;
      if (bytes.length > room && !isCut) {
        isCut = true;
        truncated += 1;
      }
      const kept = bytes.subarray(0, room);
      // A copy: the view would keep the whole chunk of a trickling stream alive.
      if (kept.length > 0) parts.push(Uint8Array.from(kept));
      heldBytes += kept.length;
    },
    takeText: () => {
      const text = Buffer.concat(parts, heldBytes).toString("utf8");
      parts = [];
      heldBytes = 0;
      isCut = false;
      return text;
    },
    truncatedLines: () => truncated,
  };
}
