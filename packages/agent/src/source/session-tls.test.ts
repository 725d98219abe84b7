import assert from "node:assert/strict";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer, type TlsOptions, type Server } from "node:tls";
import { test, type TestContext } from "node:test";
import * as grpc from "@grpc/grpc-js";
import { captureLogger } from "@ptp/kit";
import { createCertificates, type Certificates } from "@ptp/kit/testing/certificates";
import { AgentService, serveBidi, WireError } from "@ptp/wire";
import { eventually } from "../process/testing/fixture.ts";
import { createDiagnosis } from "./diagnose.ts";
import { operatorTarget } from "./operator-target.ts";
import { createSessionSource, type SessionNews } from "./session-source.ts";

const dayMs = 86_400_000;
const inDays = (days: number): Date => new Date(Date.now() + days * dayMs);

interface World {
  readonly made: Certificates;
  readonly operator: Server;
  readonly port: number;
  /** `reason text` of each line that was logged. */
  readonly told: string[];
  readonly news: SessionNews[];
  readonly tokenPath: string;
  readonly caPath: string;
}

interface Setting {
  /** Which certificate the operator shows. */
  readonly certificate?: string;
  readonly host?: string;
  readonly isConfigured?: boolean;
}

/** An operator over real TLS that accepts the token `good`, and an agent that looks for it. */
async function world(t: TestContext, setting: Setting = {}): Promise<World> {
  const { certificate = "valid", host = "localhost", isConfigured = true } = setting;
  const made = createCertificates();
  t.after(() => made.remove());
  made.issue({ name: "valid" });
  made.issue({ name: "future", notBefore: inDays(10), notAfter: inDays(100) });
  made.issue({ name: "past", notBefore: inDays(-100), notAfter: inDays(-10) });
  made.issue({ name: "elsewhere", subjectAltName: "DNS:elsewhere" });
  made.authority("other");
  made.issue({ name: "foreign", issuer: "other" });
  const operator = serveOperator(t, made, certificate);
  await new Promise<void>((resolve) => operator.listen(0, resolve));
  const { port } = operator.address() as AddressInfo;
  const [tokenPath, caPath] = [`${made.certPath("valid")}.token`, `${made.certPath("valid")}.ca`];
  writeFileSync(tokenPath, "good");
  copyFileSync(made.certPath("ca"), caPath);
  const built: World = { made, operator, port, told: [], news: [], tokenPath, caPath };
  runAgent(t, `${host}:${port}`, built, isConfigured);
  return built;
}

function serveOperator(t: TestContext, made: Certificates, certificate: string): Server {
  const server = new grpc.Server();
  serveBidi(server, AgentService.method.session, async (stream) => {
    const [token] = stream.metadata.get("authorization");
    if (token !== "Bearer good") throw new WireError("UNAUTHENTICATED", "the token has expired");
    for await (const { message } of stream.messages) {
      if (message.case !== "hello") continue;
      const value = { operatorVersion: "1", protocol: 1, nodeName: "n" };
      await stream.write({ message: { case: "welcome", value } });
    }
  });
  const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  const sockets = createServer({ ...pair(made, certificate), ALPNProtocols: ["h2"] }, (socket) => {
    socket.on("error", () => socket.destroy());
    injector.injectConnection(socket);
  });
  t.after(() => {
    sockets.close();
    server.forceShutdown();
  });
  return sockets;
}

function pair(made: Certificates, name: string): TlsOptions {
  return { cert: readFileSync(made.certPath(name)), key: readFileSync(made.keyPath(name)) };
}

function runAgent(t: TestContext, operator: string, { told, news, ...paths }: World, isConfigured: boolean): void {
  const tls = { caPath: paths.caPath, tokenPath: paths.tokenPath };
  const ended = new AbortController();
  const source = createSessionSource({
    nodeName: "n",
    target: () => operatorTarget(operator, tls),
    diagnose: createDiagnosis({ operator, tls }, () => isConfigured),
    onSession: (each) => news.push(each),
    agentVersion: "0",
    instanceId: "i",
    acceptedRevision: () => "",
    facts: () => ({ nodeName: "n", programs: {}, interfaces: [] }),
    offer: () => undefined,
    report: () => ({ revision: "", outcomes: [], clocks: [], processes: [], notices: [] }),
    random: () => 0.5,
    log: captureLogger((level, _message, { reason, problem }) => {
      if (level === "warn") told.push(`${String(reason)} ${String(problem)}`);
    }),
  });
  const running = source.run(ended.signal);
  t.after(async () => {
    ended.abort();
    await running;
  });
}

const limitMs = 60_000;

async function comesUp({ news, told }: World): Promise<void> {
  await eventually(`a session; told: ${told.join("; ")}`, () => news.at(-1)?.kind === "up", limitMs);
}

async function tells({ told }: World, pattern: RegExp): Promise<void> {
  const isTold = (): boolean => told.some((line) => pattern.test(line));
  await eventually(String(pattern), isTold, limitMs).catch(() =>
    assert.fail(`${String(pattern)} not in ${told.join("\n")}`),
  );
}

for (const certificate of ["future", "past"]) {
  test(`a ${certificate} certificate is a matter of clocks: both times are told, once; then it comes up`, async (t) => {
    const each = await world(t, { certificate });
    await tells(each, /^clock /);
    await eventually("three attempts", () => each.news.filter(({ kind }) => kind === "failed").length > 2, limitMs);
    const [told = "", ...more] = each.told;
    assert.deepEqual(more, []);
    assert.match(told, new RegExp(`blocked by the clock: .* ${certificate} is valid from .* GMT to .* GMT, not on`));
    assert.ok(told.includes(`not on ${new Date().toISOString().slice(0, 10)}, which this node's clock shows`), told);
    assert.match(told, /PTP runs on the last accepted configuration/);
    each.operator.setSecureContext(pair(each.made, "valid"));
    await comesUp(each);
  });
}

test("a node that never had a configuration is told that nothing will set its clock", async (t) => {
  const each = await world(t, { certificate: "future", isConfigured: false });
  await tells(each, /^clock .*no configuration was ever accepted, so nothing runs/);
});

test("an authority nobody trusts, or another name, is no matter of clocks", async (t) => {
  for (const certificate of ["foreign", "elsewhere"]) {
    const each = await world(t, { certificate });
    await tells(each, /^certificate /);
  }
});

test("a token that is refused, or absent", async (t) => {
  const each = await world(t);
  await comesUp(each);
  const refused = await world(t, { certificate: "future" });
  writeFileSync(refused.tokenPath, "bad");
  refused.operator.setSecureContext(pair(refused.made, "valid"));
  await tells(refused, /^token the token has expired \(UNAUTHENTICATED; someone has to act\)/);
  rmSync(refused.tokenPath);
  await tells(refused, /^token --token-file .* cannot be read: ENOENT/);
  writeFileSync(refused.tokenPath, "good");
  await comesUp(refused);
});

test("an authority's file that is absent, or holds something else", async (t) => {
  const each = await world(t, { certificate: "future" });
  rmSync(each.caPath);
  await tells(each, /^file --operator-ca .* cannot be read: ENOENT/);
  writeFileSync(each.caPath, "-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n");
  await tells(each, /^file --operator-ca .* holds no certificate/);
});

test("a name without address, and nobody at an address", async (t) => {
  const nowhere = await world(t, { host: "ptp-operator.invalid" });
  await tells(nowhere, /^name .*ptp-operator\.invalid/);
  const gone = await world(t, { certificate: "future" });
  gone.operator.close();
  await tells(gone, /^unreachable .*ECONNREFUSED/);
});
