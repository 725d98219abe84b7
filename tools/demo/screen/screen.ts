/** Lines that stay, above a table that is redrawn in place. */
export interface Screen {
  /** Prints a line that stays. */
  say(line: string): void;
  /** Shows the newest table. Without a terminal it is only kept, for `settle`. */
  show(table: readonly string[]): void;
  /** Lets the table stay where it is: without a terminal, prints it. */
  settle(): void;
}

/** What a screen writes to. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** A terminal is redrawn in place; anything else gets plain lines. */
export function createScreen(output: Terminal): Screen {
  return output.isTTY === true ? liveScreen(output) : plainScreen(output);
}

function plainScreen(output: Terminal): Screen {
  let kept: readonly string[] = [];
  return {
    say: (line) => output.write(`${line}\n`),
    show: (table) => {
      kept = table;
    },
    settle: () => {
      if (kept.length > 0) output.write(`\n${kept.map((line) => `    ${line}\n`).join("")}\n`);
    },
  };
}

function liveScreen(output: Terminal): Screen {
  let drawn: readonly string[] = [];
  const erase = (): string => (drawn.length === 0 ? "" : `\x1b[${drawn.length}A\r\x1b[J`);
  const draw = (): string => drawn.map((line) => `${line}\n`).join("");
  return {
    say: (line) => output.write(`${erase()}${line}\n${draw()}`),
    show: (table) => {
      const before = erase();
      // A line that wraps, or more lines than the terminal has, could not be erased again.
      drawn = ["", ...table].slice(0, (output.rows ?? 24) - 1).map((line) => line.slice(0, (output.columns ?? 80) - 1));
      output.write(`${before}${draw()}`);
    },
    settle: () => undefined,
  };
}
