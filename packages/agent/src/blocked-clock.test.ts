import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createServer } from "node:tls";
import { createCertificates } from "@ptp/kit/testing/certificates";
import { eventually, fixturePath } from "./process/testing/fixture.ts";

const limitMs = 60_000;
const dayMs = 86_400_000;

test("an operator whose certificate is of the future: PTP starts from what was accepted, and it is said why", async (t) => {
  if (spawnSync("unshare", ["-m", "mount", "-t", "tmpfs", "tmpfs", "/run"]).status !== 0) {
    return t.skip("cannot make a mount namespace: rendered paths are literal, a test needs its own /run");
  }
  const folder = mkdtempSync(join(tmpdir(), "blocked-"));
  const made = createCertificates();
  t.after(() => {
    rmSync(folder, { recursive: true });
    made.remove();
  });
  const start = (more: readonly string[]) => {
    const place = ["--linuxptp-profile-path", folder, "--state-dir", join(folder, "state")];
    const ports = ["--metrics-bind-address", "127.0.0.1:0", "--probe-bind-address", "127.0.0.1:0"];
    const flags = [...place, ...ports, "--program-path", fixturePath("bin"), "--node-name", "n", ...more];
    const agent = [process.execPath, join(import.meta.dirname, "main.ts"), ...flags];
    const child = spawn("unshare", ["-m", "sh", "-c", 'mount -t tmpfs tmpfs /run && exec "$@"', "sh", ...agent], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    t.after(() => child.kill("SIGKILL"));
    const stop = async (): Promise<void> => {
      child.kill("SIGTERM");
      await once(child, "exit");
    };
    return { output: () => output, stop };
  };
  writeFileSync(join(folder, "n"), JSON.stringify([{ name: "a", ptp4lOpts: "-2", ptp4lConf: "[global]\n[lo]\n" }]));
  const first = start([]);
  await eventually("a config is accepted", () => first.output().includes("ptp4l[1.0]: up"), limitMs);
  await first.stop();

  made.issue({ name: "future", notBefore: new Date(Date.now() + 10 * dayMs) });
  const key = readFileSync(made.keyPath("future"));
  const operator = createServer({ cert: readFileSync(made.certPath("future")), key, ALPNProtocols: ["h2"] });
  operator.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => operator.listen(0, resolve));
  t.after(() => operator.close());
  const { port } = operator.address() as AddressInfo;
  writeFileSync(join(folder, "token"), "a.b.c");
  const proof = ["--operator-ca", made.certPath("ca"), "--token-file", join(folder, "token")];
  const second = start(["--operator", `localhost:${port}`, ...proof]);
  await eventually("PTP runs", () => second.output().includes("ptp4l[1.0]: up"), limitMs);
  await eventually("it is told", () => second.output().includes('"reason":"clock"'), limitMs);
  assert.match(second.output(), /TLS blocked by the clock: .* future is valid from .* PTP runs on the last accepted/);
  await second.stop();
});
