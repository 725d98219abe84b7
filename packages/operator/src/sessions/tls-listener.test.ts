import * as grpc from "@grpc/grpc-js";
import { silentLogger } from "@ptp/kit";
import { createCertificates, type Certificates } from "@ptp/kit/testing/certificates";
import { openSession, ownProtocols } from "@ptp/wire";
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { copyFileSync, readFileSync } from "node:fs";
import { test, type TestContext } from "node:test";
import { nodeOfCertificate } from "./certificate-node.ts";
import { defaultSessionSettings } from "./session-settings.ts";
import { createSessions } from "./sessions.ts";
import { createTlsListener, type TlsListener } from "./tls-listener.ts";

function certificates(t: TestContext): Certificates {
  const made = createCertificates();
  t.after(() => made.remove());
  made.authority("other");
  made.issue({ name: "operator" });
  made.issue({ name: "n", subjectAltName: "URI:ptp-node:n" });
  made.issue({ name: "nameless", subjectAltName: "DNS:n" });
  made.issue({ name: "stranger", subjectAltName: "URI:ptp-node:n", issuer: "other" });
  return made;
}

async function serve(t: TestContext, made: Certificates): Promise<TlsListener> {
  const sessions = createSessions({
    // An agent here answers its pings, even if the machine stands still meanwhile.
    settings: { ...defaultSessionSettings, pingTimeoutMs: 30_000 },
    log: silentLogger,
    events: { changed: () => {}, configPushed: () => {}, resultHeard: () => {}, refused: () => {} },
    nowUnixMs: () => 1,
  });
  sessions.push({ revision: "r", config: { nodeName: "n", profiles: [], hardware: [], plugins: [], secrets: [] } });
  const listener = createTlsListener({
    host: "127.0.0.1",
    port: 0,
    certPath: made.certPath("operator"),
    keyPath: made.keyPath("operator"),
    caPath: made.certPath("ca"),
    sessions,
    log: silentLogger,
    rereadMs: 20,
  });
  await listener.start(new AbortController().signal);
  t.after(() => listener.stop());
  return listener;
}

interface Caller {
  readonly made: Certificates;
  readonly port: number;
  /** Authority of the operator that the agent trusts. */
  readonly trusts?: string;
}

/** Opens a session with the certificate of that name; the first answer is the name that the operator takes it for. */
async function call(t: TestContext, name: string, { made, port, trusts = "ca" }: Caller) {
  const read = (path: string) => readFileSync(path);
  const shown = [read(made.keyPath(name)), read(made.certPath(name))] as const;
  const credentials = grpc.credentials.createSsl(read(made.certPath(trusts)), ...shown);
  const session = openSession({ address: `localhost:${port}`, credentials });
  t.after(() => session.close());
  const facts = { nodeName: "somebody-else", programs: {}, interfaces: [] };
  const hello = { ...ownProtocols, agentVersion: "t", instanceId: name, acceptedRevision: "", facts };
  await session.send({ kind: "hello", hello });
  const next = await session.messages[Symbol.asyncIterator]().next();
  return next.value?.kind === "welcome" ? next.value.welcome.nodeName : undefined;
}

test("the node of a session is the one its certificate names", { timeout: 60_000 }, async (t) => {
  const made = certificates(t);
  const port = (await serve(t, made)).port();
  assert.equal(await call(t, "n", { made, port }), "n");
  await assert.rejects(call(t, "nameless", { made, port }), { status: "UNAUTHENTICATED", kind: "invalid" });
  await assert.rejects(call(t, "stranger", { made, port }), { status: "UNAVAILABLE" });
});

test("renewed files count for whoever connects from then on; sessions go on", { timeout: 60_000 }, async (t) => {
  const made = certificates(t);
  const listener = await serve(t, made);
  const place = { made, port: listener.port() };
  await call(t, "n", place);
  made.issue({ name: "next", issuer: "other" });
  copyFileSync(made.keyPath("next"), made.keyPath("operator"));
  copyFileSync(made.certPath("next"), made.certPath("operator"));
  copyFileSync(made.certPath("other"), made.certPath("ca"));
  const shows = () => new X509Certificate(listener.current()?.cert ?? "").subject;
  while (shows() !== "CN=next") await new Promise((resolve) => setTimeout(resolve, 10));
  await assert.rejects(call(t, "n", { ...place, trusts: "other" }), { status: "UNAVAILABLE" }, "of the one before");
  const sameNode = { status: "ALREADY_EXISTS", message: /another agent serves node n and answers/ };
  await assert.rejects(call(t, "stranger", { ...place, trusts: "other" }), sameNode, "the first session lives");
});

test("what cannot be served is refused at the start", async (t) => {
  const made = certificates(t);
  const absent = { host: "127.0.0.1", port: 0, certPath: "/absent.crt", keyPath: "/absent.key", log: silentLogger };
  const sessions = createSessions({
    settings: defaultSessionSettings,
    log: silentLogger,
    events: { changed: () => {}, configPushed: () => {}, resultHeard: () => {}, refused: () => {} },
    nowUnixMs: () => 1,
  });
  const listener = createTlsListener({ ...absent, caPath: made.certPath("ca"), sessions });
  const starting = listener.start(new AbortController().signal);
  await assert.rejects(starting, { kind: "invalid", message: /TLS file \/absent\.crt cannot be read/ });
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
