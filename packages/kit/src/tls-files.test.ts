import assert from "node:assert/strict";
import { once } from "node:events";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { connect } from "node:net";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import { test, type TestContext } from "node:test";
import { createHttpPart, type HttpPart } from "./http.ts";
import { captureLogger, silentLogger } from "./log.ts";
import { createCertificates, type Certificates } from "./testing/certificates.ts";
import { createTlsRenewal, createTrustRenewal, type TakeTls } from "./tls-files.ts";

function certificates(t: TestContext): Certificates {
  const made = createCertificates();
  t.after(() => made.remove());
  made.issue({ name: "server" });
  return made;
}

async function serve(t: TestContext, made: Certificates, clientCaPath?: string): Promise<number> {
  const { part, port } = await servePart(made, clientCaPath);
  t.after(() => part.stop());
  return port;
}

async function servePart(made: Certificates, clientCaPath?: string): Promise<{ part: HttpPart; port: number }> {
  const tls = {
    certPath: made.certPath("server"),
    keyPath: made.keyPath("server"),
    ...(clientCaPath && { clientCaPath }),
  };
  const routes = { "GET /metrics": () => ({ status: 200, body: "1\n" }) };
  const part = createHttpPart({ name: "metrics", host: "127.0.0.1", port: 0, routes, tls, log: silentLogger });
  await part.start(new AbortController().signal);
  return { part, port: part.address().port };
}

function status(port: number, options: ConnectionOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const path = { host: "localhost", port, path: "/metrics", agent: false } as const;
    get({ ...path, ...options }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on("error", reject);
  });
}

test("a part with TLS files speaks HTTPS and nothing older than TLS 1.2", async (t) => {
  const made = certificates(t);
  const port = await serve(t, made);
  const ca = readFileSync(made.certPath("ca"));
  assert.equal(await status(port, { ca }), 200);
  assert.equal(await status(port, { ca, maxVersion: "TLSv1.2" }), 200);
  await assert.rejects(status(port, { ca, minVersion: "TLSv1.1", maxVersion: "TLSv1.1" }));
  await assert.rejects(fetch(`http://127.0.0.1:${port}/metrics`));
});

test("with an authority of clients nobody else is answered", async (t) => {
  const made = certificates(t);
  const port = await serve(t, made, made.certPath("ca"));
  made.authority("other");
  made.issue({ name: "prometheus", subjectAltName: "DNS:prometheus" });
  made.issue({ name: "stranger", subjectAltName: "DNS:prometheus", issuer: "other" });
  const ca = readFileSync(made.certPath("ca"));
  const as = (name: string) => ({ cert: readFileSync(made.certPath(name)), key: readFileSync(made.keyPath(name)) });
  assert.equal(await status(port, { ca, ...as("prometheus") }), 200);
  await assert.rejects(status(port, { ca }));
  await assert.rejects(status(port, { ca, ...as("stranger") }));
});

test("a renewed certificate is served to new connections; half a renewal changes nothing and is told once", async (t) => {
  const made = certificates(t);
  const files = { certPath: made.certPath("used"), keyPath: made.keyPath("used") };
  const use = (name: string): void => {
    copyFileSync(made.certPath(name), files.certPath);
    copyFileSync(made.keyPath(name), files.keyPath);
  };
  use("server");
  const taken: unknown[] = [];
  const logged: string[] = [];
  const log = captureLogger((level, message) => logged.push(`${level} ${message}`));
  let changed = Promise.withResolvers<void>();
  const take: TakeTls = (context) => {
    taken.push(context.cert);
    changed.resolve();
  };
  const renewal = createTlsRenewal(files, take, log, 20);
  await renewal.start();
  t.after(() => renewal.stop());
  assert.equal(taken.length, 1);
  made.issue({ name: "next" });
  writeFileSync(files.certPath, readFileSync(made.certPath("next")));
  while (logged.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual(logged, ["warn the TLS certificate stays the one before"]);
  changed = Promise.withResolvers<void>();
  use("next");
  await changed.promise;
  assert.deepEqual(taken, [readFileSync(made.certPath("server"), "utf8"), readFileSync(made.certPath("next"), "utf8")]);
});

test("authorities are followed as certificates are; a file that holds none is none, and not those that Node knows", async (t) => {
  const made = certificates(t);
  const path = made.certPath("used");
  const authority = readFileSync(made.certPath("ca"), "utf8");
  made.authority("other");
  const other = readFileSync(made.certPath("other"), "utf8");
  for (const text of ["", "\n", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]) {
    writeFileSync(path, text);
    const server = { certPath: made.certPath("server"), keyPath: made.keyPath("server"), clientCaPath: path };
    await assert.rejects(createTlsRenewal(server, () => assert.fail("taken"), silentLogger).start(), /holds no cert/);
    await assert.rejects(createTrustRenewal(path, () => assert.fail("taken"), silentLogger).start(), /holds no cert/);
  }
  writeFileSync(path, authority);
  const taken: string[] = [];
  const told = Promise.withResolvers<string>();
  const log = captureLogger((level, message) => told.resolve(`${level} ${message}`));
  let changed = Promise.withResolvers<void>();
  const take = (pem: string): void => {
    taken.push(pem);
    changed.resolve();
  };
  const renewal = createTrustRenewal(path, take, log, 20);
  await renewal.start();
  t.after(() => renewal.stop());
  writeFileSync(path, "");
  assert.equal(await told.promise, "warn the list of trusted authorities stays the one before");
  changed = Promise.withResolvers<void>();
  writeFileSync(path, other);
  await changed.promise;
  assert.deepEqual(taken, [authority, other]);
});

test("what cannot be served is refused at the start, by file", async (t) => {
  const made = certificates(t);
  made.issue({ name: "next" });
  const start = (certPath: string, keyPath: string) =>
    createTlsRenewal({ certPath, keyPath }, () => assert.fail("taken"), silentLogger).start();
  const server = made.certPath("server");
  await assert.rejects(start("/absent.crt", server), /TLS file \/absent\.crt cannot be read: ENOENT/);
  await assert.rejects(start(server, made.keyPath("next")), /do not make a TLS server: .*mismatch/);
});

test("a client that never speaks does not hold up the end", async (t) => {
  const made = certificates(t);
  const { part, port } = await servePart(made);
  const closed: Promise<unknown>[] = [];
  const ca = readFileSync(made.certPath("ca"));
  const tls = connectTls({ host: "127.0.0.1", port, ca, servername: "localhost" });
  const plain = connect(port, "127.0.0.1");
  for (const client of [tls, plain]) {
    client.on("error", () => undefined);
    closed.push(once(client, "close"));
  }
  await Promise.all([once(tls, "secureConnect"), once(plain, "connect")]);
  await part.stop();
  await Promise.all(closed);
});
