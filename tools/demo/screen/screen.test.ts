import assert from "node:assert/strict";
import { test } from "node:test";
import { createScreen } from "./screen.ts";

function collector(terminal: { isTTY?: boolean; columns?: number; rows?: number }) {
  const written: string[] = [];
  return { ...terminal, write: (text: string) => written.push(text), written };
}

test("a screen without a terminal prints lines at once and a table only when it settles", () => {
  const output = collector({});
  const screen = createScreen(output);
  screen.show(["old"]);
  screen.say("one");
  screen.show(["head", "row"]);
  screen.settle();
  assert.deepEqual(output.written, ["one\n", "\n    head\n    row\n\n"]);
});

test("a terminal's table is erased before anything is written above it, and drawn again below", () => {
  const output = collector({ isTTY: true, columns: 10, rows: 3 });
  const screen = createScreen(output);
  screen.show(["a row that is too long", "row 2", "row 3"]);
  screen.say("one");
  screen.show(["x"]);
  assert.deepEqual(output.written, ["\na row tha\n", "\x1b[2A\r\x1b[Jone\n\na row tha\n", "\x1b[2A\r\x1b[J\nx\n"]);
});
