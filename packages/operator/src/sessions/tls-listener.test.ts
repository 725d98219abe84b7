import * as grpc from "@grpc/grpc-js";
import { silentLogger } from "@ptp/kit";
import { openSession, ownProtocols } from "@ptp/wire";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { nodeOfCertificate } from "./certificate-node.ts";
import { defaultSessionSettings } from "./session-settings.ts";
import { createSessions } from "./sessions.ts";
import { createTlsListener } from "./tls-listener.ts";

function certificates(t: TestContext): string | undefined {
  const directory = mkdtempSync(join(tmpdir(), "tls-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const openssl = (...args: readonly string[]) => execFileSync("openssl", args, { cwd: directory, stdio: "pipe" });
  const key = (name: string) => [
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-keyout",
    `${name}.key`,
  ];
  const issue = (name: string, san: string, authority: string) => {
    openssl("req", ...key(name), "-subj", `/CN=${name}`, "-out", `${name}.csr`);
    writeFileSync(join(directory, `${name}.ext`), `subjectAltName=${san}\n`);
    const ca = ["-CA", `${authority}.crt`, "-CAkey", `${authority}.key`, "-CAcreateserial"];
    openssl(
      "x509",
      "-req",
      "-in",
      `${name}.csr`,
      ...ca,
      "-extfile",
      `${name}.ext`,
      "-days",
      "2",
      "-out",
      `${name}.crt`,
    );
  };
  try {
    for (const name of ["ca", "other-ca"]) {
      openssl("req", "-x509", ...key(name), "-subj", `/CN=${name}`, "-days", "2", "-out", `${name}.crt`);
    }
    issue("operator", "DNS:localhost", "ca");
    issue("n", "URI:ptp-node:n", "ca");
    issue("nameless", "DNS:n", "ca");
    issue("stranger", "URI:ptp-node:n", "other-ca");
    return directory;
  } catch (error) {
    t.skip(`openssl is needed to make certificates: ${String(error)}`);
    return undefined;
  }
}

test("the node of a session is the one its certificate names", { timeout: 30_000 }, async (t) => {
  const directory = certificates(t);
  if (directory === undefined) return;
  const sessions = createSessions({
    settings: defaultSessionSettings,
    log: silentLogger,
    events: { changed: () => {}, configPushed: () => {}, resultHeard: () => {}, refused: () => {} },
    nowUnixMs: () => 1,
  });
  sessions.push({ revision: "r", config: { nodeName: "n", profiles: [], hardware: [], plugins: [], secrets: [] } });
  const path = (name: string) => join(directory, name);
  const listener = createTlsListener({
    address: "localhost:0",
    certPath: path("operator.crt"),
    keyPath: path("operator.key"),
    caPath: path("ca.crt"),
    sessions,
  });
  await listener.start(new AbortController().signal);
  t.after(() => listener.stop());
  const firstMessage = async (name: string) => {
    const read = (file: string) => readFileSync(path(file));
    const credentials = grpc.credentials.createSsl(read("ca.crt"), read(`${name}.key`), read(`${name}.crt`));
    const session = openSession({ address: `localhost:${listener.port()}`, credentials });
    t.after(() => session.close());
    const facts = { nodeName: "somebody-else", programs: {}, interfaces: [] };
    const hello = { ...ownProtocols, agentVersion: "t", instanceId: name, acceptedRevision: "", facts };
    await session.send({ kind: "hello", hello });
    const next = await session.messages[Symbol.asyncIterator]().next();
    return next.value?.kind === "welcome" ? next.value.welcome.nodeName : undefined;
  };
  assert.equal(await firstMessage("n"), "n");
  await assert.rejects(firstMessage("nameless"), { status: "UNAUTHENTICATED", kind: "invalid" });
  await assert.rejects(firstMessage("stranger"), { status: "UNAVAILABLE" });
});

test("a certificate names exactly one node", () => {
  assert.equal(nodeOfCertificate("DNS:x, URI:ptp-node:a"), "a");
  for (const text of [
    undefined,
    "DNS:ptp-node:a",
    "URI:ptp-node:",
    "URI:ptp-node:a, URI:ptp-node:b",
    'DNS:"x, URI:ptp-node:a"',
    "URI:https://x/ptp-node:a",
  ]) {
    assert.equal(nodeOfCertificate(text), undefined);
  }
});
