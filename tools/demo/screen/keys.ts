/** Keys of a terminal, one letter each. */
export interface Keys {
  /** The letter pressed first and not taken yet. */
  take(): string | undefined;
  close(): void;
}

/** A terminal as this program reads it. */
export interface KeyInput {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
  on(event: "data", listener: (chunk: Buffer) => void): unknown;
  off(event: "data", listener: (chunk: Buffer) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

const maxWaiting = 16;

/** Reads keys without Enter; `onInterrupt` is told of Ctrl-C, which is no signal then. No terminal: no keys. */
export function readKeys(input: KeyInput, onInterrupt: () => void): Keys {
  if (input.isTTY !== true) return { take: () => undefined, close: () => undefined };
  const waiting: string[] = [];
  const listen = (chunk: Buffer): void => {
    for (const letter of chunk.toString("latin1")) {
      if (letter === "\x03" || letter === "q") onInterrupt();
      else if (waiting.length < maxWaiting) waiting.push(letter);
    }
  };
  input.setRawMode?.(true);
  input.on("data", listen);
  input.resume();
  return {
    take: () => waiting.shift(),
    close: () => {
      input.off("data", listen);
      input.setRawMode?.(false);
      input.pause();
    },
  };
}
