import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCommandLine } from "./command-line.ts";

test("parseCommandLine takes its own words before --, and leaves the rest alone", () => {
  const nothing = { crds: false, scheduler: false, nodes: 0, command: [] };
  assert.deepEqual(parseCommandLine([]), nothing);
  assert.deepEqual(parseCommandLine(["--crds", "--nodes", "3", "--scheduler"]), {
    ...nothing,
    crds: true,
    scheduler: true,
    nodes: 3,
  });
  assert.deepEqual(parseCommandLine(["--", "kubectl", "get", "--", "--nodes"]), {
    ...nothing,
    command: ["kubectl", "get", "--", "--nodes"],
  });
});

test("parseCommandLine tells what it does not understand", () => {
  const refusals: Readonly<Record<string, RegExp>> = {
    "--nodes -1": /--nodes/,
    "--nodes many": /from 0 to 99999, not "many"/,
    "--crd": /--crd/,
    kubectl: /kubectl/,
  };
  for (const [words, reason] of Object.entries(refusals)) {
    const refused = parseCommandLine(words.split(" "));
    assert.ok(typeof refused === "string", words);
    assert.match(refused, reason);
  }
});
