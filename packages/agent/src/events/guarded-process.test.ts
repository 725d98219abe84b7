import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { createServer } from "node:https";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { createCertificates, type Certificates } from "@ptp/kit/testing/certificates";
import { consumerAudience, type TokenVerdict } from "@ptp/node";
import { eventually } from "../process/testing/fixture.ts";
import { freePort, startConsumer, startEvents, testNode, type EventsProcess } from "./testing/events-process.ts";
import { lockState } from "./testing/values.ts";

const ResourceAddress = `/cluster/node/${testNode}/sync/ptp-status/lock-state`;

function certificatesOf(t: TestContext): Certificates {
  const certificates = createCertificates();
  t.after(() => certificates.remove());
  return certificates;
}

/** A token as ServiceAccounts have them, signed by nobody. */
function tokenFor(name: string, audience = consumerAudience, lifeS = 600): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256" })}.${part({ aud: [audience], exp: Date.now() / 1_000 + lifeS, name })}.c2ln`;
}

test("with tokens and HTTPS: reads are open, changes need a token, and each changes its own", async (t) => {
  const certificates = certificatesOf(t);
  certificates.issue({ name: "api" });
  const https = ["--tls-cert", certificates.certPath("api"), "--tls-key", certificates.keyPath("api")];
  const subjects = ["--token-subjects", "system:serviceaccount:vdu:*"];
  const asked: string[] = [];
  const verdicts = new Map<string, TokenVerdict>();
  const account = (name: string, namespace = "vdu"): string => {
    const token = tokenFor(name);
    return verdicts.set(token, { kind: "valid", subject: `system:serviceaccount:${namespace}:${name}` }) && token;
  };
  const events = await startEvents(t, {
    flags: [...https, "--tokens-fd", "4", ...subjects, "--event-own-mutations"],
    ca: readFileSync(certificates.certPath("ca"), "utf8"),
    askToken: async (token) => {
      asked.push(token);
      return verdicts.get(token) ?? { kind: "unknown", reason: "there is no session with the operator" };
    },
  });
  events.feed([lockState("LOCKED")]);
  await events.ready();
  const consumer = await startConsumer(t);
  const call = async (method: string, path: string, token?: string, body?: unknown) =>
    events.call(method, path, body, token === undefined ? {} : { authorization: `Bearer ${token}` });
  const subscribe = async (token?: string, name = "event") =>
    call("POST", "/subscriptions", token, { EndpointUri: consumer.uri(name), ResourceAddress });

  const [one, other, stranger] = [account("one"), account("other"), account("stranger", "elsewhere")];
  assert.equal((await subscribe()).status, 401);
  const forAgents = await subscribe(tokenFor("one", "ptp-agent.ptp.openshift.io"));
  assert.match(forAgents.headers["www-authenticate"] ?? "", /^Bearer error="invalid_token", .*not for audience/);
  assert.equal((await subscribe(stranger)).status, 403);
  const away = await subscribe(tokenFor("nobody"));
  assert.deepEqual([away.status, away.headers["retry-after"]], [503, "1"]);
  await eventually("the log says why", () => /there is no session with the operator/.test(events.output()));
  const made = await subscribe(one);
  assert.equal(made.status, 201);
  const { SubscriptionId: id } = JSON.parse(made.body) as { SubscriptionId: string };
  assert.deepEqual(JSON.parse((await call("GET", "/subscriptions")).body), [JSON.parse(made.body)]);
  assert.equal((await call("DELETE", `/subscriptions/${id}`)).status, 401);
  assert.equal((await call("DELETE", `/subscriptions/${id}`, other)).status, 403);
  assert.equal((await call("DELETE", "/subscriptions", other)).status, 204, "of its own there are none");
  assert.equal((await call("GET", `/subscriptions/${id}`)).status, 200);
  assert.match(await storeOf(events), /"Owner": "subject system:serviceaccount:vdu:one"/);
  assert.equal((await call("DELETE", `/subscriptions/${id}`, one)).status, 204);
  assert.deepEqual(
    asked.filter((token) => token === one),
    [one],
    "asked once",
  );
});

async function storeOf({ storePath }: EventsProcess): Promise<string> {
  const names = (await readdir(storePath)).filter((name) => name.endsWith(".json"));
  return (await Promise.all(names.map((name) => readFile(join(storePath, name), "utf8")))).join("\n");
}

/** A consumer that takes events by HTTPS alone; resolves with its port. */
async function httpsConsumer(t: TestContext, certificates: Certificates, name: string) {
  const paths: string[] = [];
  const [cert, key] = [readFileSync(certificates.certPath(name)), readFileSync(certificates.keyPath(name))];
  const server = createServer({ cert, key, minVersion: "TLSv1.2" }, (request, response) => {
    paths.push(request.url ?? "");
    request.resume().once("end", () => response.writeHead(204).end());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return { paths, port: typeof address === "object" ? (address?.port ?? 0) : 0 };
}

test("--consumer-ca: events go by HTTPS to those whom that authority knows by that name, and to nobody else", async (t) => {
  const certificates = certificatesOf(t);
  certificates.issue({ name: "good" });
  certificates.issue({ name: "named-otherwise", subjectAltName: "DNS:other.example.com" });
  certificates.authority("another");
  certificates.issue({ name: "stranger", issuer: "another" });
  certificates.issue({ name: "expired", notBefore: new Date(0), notAfter: new Date(86_400_000) });
  const events = await startEvents(t, { flags: ["--consumer-ca", certificates.certPath("ca")] });
  events.feed([lockState("LOCKED")]);
  await events.ready();
  const subscribe = async (port: number, host = "localhost") => {
    const EndpointUri = `https://${host}:${port}/event`;
    return (await events.call("POST", "/subscriptions", { EndpointUri, ResourceAddress })).status;
  };
  for (const [name, problem] of [
    ["named-otherwise", /does not match certificate's altnames/],
    ["stranger", /unable to verify|self.signed/],
    ["expired", /certificate has expired/],
  ] as const) {
    const { port, paths } = await httpsConsumer(t, certificates, name);
    assert.equal(await subscribe(port), 400, name);
    await eventually(`${name} is told`, () => problem.test(events.output()));
    assert.deepEqual(paths, []);
  }
  const plain = await startConsumer(t);
  assert.equal(await subscribe(plain.port), 400, "no TLS at all");
  const { port, paths } = await httpsConsumer(t, certificates, "good");
  assert.equal(await subscribe(port), 201);
  assert.equal(await subscribe(port, "127.0.0.1"), 201, "by its address, which the certificate names too");
  events.feed([lockState("FREERUN")]);
  await eventually("both hear of the change", () => paths.length === 4);
});

test("without --consumer-ca a private authority is nobody's", async (t) => {
  const certificates = certificatesOf(t);
  certificates.issue({ name: "good" });
  const events = await startEvents(t, { port: await freePort() });
  events.feed([lockState("LOCKED")]);
  await events.ready();
  const { port, paths } = await httpsConsumer(t, certificates, "good");
  const EndpointUri = `https://localhost:${port}/event`;
  assert.equal((await events.call("POST", "/subscriptions", { EndpointUri, ResourceAddress })).status, 400);
  assert.deepEqual(paths, []);
});
