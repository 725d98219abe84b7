import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createLogger } from "./log.ts";

test("createLogger hands over each line as JSON with its fields, at once and from its level on", () => {
  const lines: string[] = [];
  const log = createLogger({ fields: { node: "n" }, write: (line) => void lines.push(line) });
  log.child({ part: "p" }).warn("something", { count: 1 });
  log.debug("too much");
  assert.equal(lines.length, 1);
  const { timestamp, ...rest } = JSON.parse(lines[0] ?? "");
  assert.match(timestamp, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.deepEqual(rest, { level: "warn", message: "something", node: "n", part: "p", count: 1 });
});

test("a reader of stdout that goes away does not end the program", async () => {
  const module = JSON.stringify(fileURLToPath(new URL("log.ts", import.meta.url)));
  const program = `
    import { createLogger } from ${module};
    const log = createLogger();
    let lines = 0;
    const timer = setInterval(() => {
      log.info("still here");
      if (++lines === 20) process.exit(7);
    }, 10);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout.once("data", () => child.stdout.destroy());
  const [code] = await once(child, "exit");
  assert.equal(code, 7);
});
