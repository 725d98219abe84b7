import { readFileSync } from "node:fs";
import { join } from "node:path";

// Usage: node fake-existing-daemon.ts --profiles=DIR --kubeconfig=IGNORED. In place of the existing daemon: reads the file of
// its node as that one does, and tells which profiles it would run, whenever they change.
const dir = process.argv.find((arg) => arg.startsWith("--profiles="))?.slice("--profiles=".length) ?? "";
const nodeName = process.env["NODE_NAME"] ?? "";
process.once("SIGTERM", () => process.exit(0));

let told = "";
setInterval(() => {
  const line = `${nodeName} runs ${profileNames()}`;
  if (line !== told) console.log((told = line));
}, 100);

function profileNames(): string {
  try {
    const profiles = JSON.parse(readFileSync(join(dir, nodeName), "utf8")) as readonly { readonly name: string }[];
    return profiles.map(({ name }) => name).join(", ") || "nothing";
  } catch {
    return "what it ran before";
  }
}
