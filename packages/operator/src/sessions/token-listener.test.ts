import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { test, type TestContext } from "node:test";
import { connect, type ConnectionOptions } from "node:tls";
import { silentLogger } from "@ptp/kit";
import { issueAuthority, issueServerCertificate } from "../authority/issue-certificate.ts";
import type { ServedPair } from "../tls/serving-certificate.ts";
import { defaultSessionSettings } from "./session-settings.ts";
import { createSessions } from "./sessions.ts";
import { createTokenListener } from "./token-listener.ts";

const hourMs = 3_600_000;
const validity = { notBeforeMs: Date.now() - hourMs, notAfterMs: Date.now() + hourMs };
const authority = issueAuthority("test", validity);
const { certPem: cert, keyPem: key } = issueServerCertificate(["localhost"], validity, authority);
const trust = { ca: authority.certPem, servername: "localhost" };

async function listenFor(t: TestContext, idleMs?: number) {
  let pair: ServedPair | undefined;
  let tell = () => {};
  const certificate = {
    name: "c",
    start: async () => {},
    stop: async () => {},
    current: () => pair,
    subscribe: (listener: () => void) => ((tell = listener), () => {}),
  };
  const events = { changed: () => {}, configPushed: () => {}, resultHeard: () => {}, refused: () => {} };
  const sessions = createSessions({
    settings: defaultSessionSettings,
    log: silentLogger,
    events,
    nowUnixMs: Date.now,
  });
  const identity = { whileProven: () => Promise.reject(new Error("nobody opens a session here")) };
  const place = { host: "127.0.0.1", port: 0, certificate, identity, sessions, log: silentLogger };
  const listener = createTokenListener({ ...place, ...(idleMs !== undefined && { idleMs }) });
  await listener.start(new AbortController().signal);
  t.after(() => listener.stop());
  const show = (next: ServedPair): void => {
    pair = next;
    tell();
  };
  return { port: listener.port(), show };
}

/** The version of TLS that a handshake comes to, or the code of its failure. */
async function handshake(port: number, options: ConnectionOptions = {}): Promise<unknown> {
  const socket = connect({ host: "127.0.0.1", port, ALPNProtocols: ["h2"], ...trust, ...options });
  try {
    await once(socket, "secureConnect");
    return socket.getProtocol();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  } finally {
    socket.destroy();
  }
}

test("nobody is served before there is a certificate, and then by TLS 1.3 alone", async (t) => {
  const { port, show } = await listenFor(t);
  assert.equal(await handshake(port), "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE");
  show({ cert, key });
  assert.equal(await handshake(port), "TLSv1.3");
  assert.equal(await handshake(port, { maxVersion: "TLSv1.2" }), "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION");
});

test("a connection on which no session is opened ends", async (t) => {
  const { port, show } = await listenFor(t, 50);
  show({ cert, key });
  const session = connectHttp2(`https://127.0.0.1:${port}`, trust);
  t.after(() => session.destroy());
  session.on("error", () => {});
  await once(session, "close");
});
