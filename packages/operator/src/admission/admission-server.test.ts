import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:https";
import { test, type TestContext } from "node:test";
import type { SecretDocument } from "@ptp/api";
import { silentLogger } from "@ptp/kit";
import { readOperatorVectors, readSharedDocuments, skipWithoutShared } from "../../../api/src/testing/shared-files.ts";
import { issueAuthority, issueServerCertificate } from "../authority/issue-certificate.ts";
import { createAdmissionServer, type AdmissionResult } from "./admission-server.ts";
import type { JudgeContext } from "./judge.ts";

const host = "ptp-operator-webhook.openshift-ptp.svc";
const hourMs = 3_600_000;
const validity = { notBeforeMs: Date.now() - hourMs, notAfterMs: Date.now() + hourMs };
const authority = issueAuthority("test", validity);
const served = issueServerCertificate([host], validity, authority);
const everything: JudgeContext = { ptpConfigsArePartial: true, secrets: [], counts: () => true };

interface Bench {
  readonly ask: (path: string, body: string | Buffer, method?: string) => Promise<{ status: number; text: string }>;
  readonly results: AdmissionResult[];
  known: JudgeContext | undefined;
}

async function bench(t: TestContext): Promise<Bench> {
  const pair = { cert: served.certPem, key: served.keyPem };
  const certificate = {
    name: "c",
    start: async () => {},
    stop: async () => {},
    current: () => pair,
    subscribe: () => () => {},
  };
  const results: AdmissionResult[] = [];
  const place: Bench = {
    results,
    known: everything,
    ask: (path, body, method) => post(server.port(), path, body, method),
  };
  const server = createAdmissionServer({
    host: "127.0.0.1",
    port: 0,
    certificate,
    context: () => place.known,
    answered: (_, result) => void results.push(result),
    log: silentLogger,
  });
  await server.start(new AbortController().signal);
  t.after(() => server.stop());
  assert.ok(server.serves());
  return place;
}

async function post(port: number, path: string, body: string | Buffer, method = "POST") {
  const tls = { ca: authority.certPem, servername: host };
  const sent = request({ host: "127.0.0.1", port, path, method, agent: false, ...tls });
  sent.on("error", () => {});
  sent.end(body);
  const [response] = (await once(sent, "response")) as [AsyncIterable<Buffer> & { readonly statusCode: number }];
  let text = "";
  for await (const chunk of response) text += chunk.toString();
  return { status: response.statusCode, text };
}

interface Asked {
  readonly apiVersion: string;
  readonly kind: string;
}

function review(object: Asked, operation = "CREATE"): string {
  const [group = "", version = ""] = object.apiVersion.split("/");
  const asked = { uid: "u-1", kind: { group, version, kind: object.kind }, operation, object, oldObject: null };
  return JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request: asked });
}

function pathOf({ apiVersion, kind }: Asked): string {
  return `/validate-${apiVersion.replaceAll(/[./]/g, "-")}-${kind.toLowerCase()}`;
}

async function verdict({ ask }: Bench, object: Asked) {
  const { status, text } = await ask(pathOf(object), review(object));
  assert.equal(status, 200, text);
  const { response } = JSON.parse(text) as { response: Response };
  assert.equal(response.uid, "u-1");
  return response;
}

interface Response {
  readonly uid: string;
  readonly allowed: boolean;
  readonly status?: { readonly message: string; readonly code: number };
  readonly warnings?: readonly string[];
}

const config = (ptpSettings: object) => ({
  apiVersion: "ptp.openshift.io/v1",
  kind: "PtpConfig",
  metadata: { name: "c", namespace: "ptp" },
  spec: { profile: [{ name: "p", ptpSettings }], recommend: [{ profile: "p", priority: 1 }] },
});

test("allowed with warnings, denied with the reason; each is counted", async (t) => {
  const place = await bench(t);
  const { allowed, warnings = [] } = await verdict(place, config({}));
  assert.ok(allowed);
  assert.match(warnings.join(), /an empty match recommends "p" for every node/);
  const denied = await verdict(place, config({ nonsense: "1" }));
  assert.deepEqual([denied.allowed, denied.status?.code], [false, 403]);
  assert.match(denied.status?.message ?? "", /^spec\.profile\[0\]\.ptpSettings.*nonsense/);
  assert.deepEqual(place.results, ["warned", "denied"]);
});

test("what is no question gets a clear answer, and the next one is answered", async (t) => {
  const place = await bench(t);
  const path = pathOf(config({}));
  const table: readonly [string | Buffer, number, RegExp][] = [
    ["", 400, /no JSON object/],
    ["{", 400, /no JSON object/],
    ["[1]", 400, /no JSON object/],
    [Buffer.from([0x22, 0xff, 0x22]), 400, /no JSON object/],
    [`{"a":${"[".repeat(200_000)}`, 400, /no JSON object/],
    [
      `{"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview"}`,
      400,
      /set admissionReviewVersions to \[v1\]/,
    ],
    [`{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}`, 400, /no request/],
    [`{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{}}`, 400, /no uid/],
    [Buffer.alloc(3 * 1024 * 1024 + 1, 32), 413, /exceeds 3145728 bytes/],
  ];
  for (const [body, status, text] of table) {
    const answer = await place.ask(path, body);
    assert.equal(answer.status, status);
    assert.match(answer.text, text);
  }
  assert.equal((await place.ask("/", "{}")).status, 404);
  assert.equal((await place.ask("/constructor", "{}")).status, 404);
  assert.equal((await place.ask(path, "", "GET")).status, 405);
  place.known = undefined;
  assert.equal((await place.ask(path, review(config({})))).status, 503);
  assert.deepEqual(new Set(place.results), new Set(["failed"]));
  place.known = everything;
  assert.equal((await place.ask(path, review(config({})))).status, 200);
});

test("a large object is judged within the API server's patience", async (t) => {
  const place = await bench(t);
  const lines = Array.from({ length: 2000 }, (_, at) => `option_${at} ${at}`).join("\n");
  const object = { ...config({}), spec: { profile: [{ name: "p", ptp4lConf: `[global]\n${lines}` }], recommend: [] } };
  // The first counts, with nothing warm: 0.2 s, on a busy machine 1.3 s; the chart's webhook gives it 5 s.
  const startMs = performance.now();
  assert.ok((await verdict(place, object)).allowed);
  const tookMs = performance.now() - startMs;
  assert.ok(tookMs < 3000, `${tookMs} ms`);
});

test("the vectors of the existing operator, asked over HTTPS", { skip: skipWithoutShared }, async (t) => {
  const place = await bench(t);
  let asked = 0;
  for (const { id, op, input, expect } of readOperatorVectors()) {
    const object = objectOf(op, input);
    if (object === undefined) continue;
    asked += 1;
    place.known = { ...everything, secrets: (input["secrets"] ?? []) as readonly SecretDocument[] };
    const { allowed, status } = await verdict(place, object as Asked);
    assert.equal(allowed, expect["allowed"] ?? expect["valid"], `${id}: ${status?.message}`);
    const words = expect["messageContains"];
    if (typeof words === "string") assert.ok(status?.message.includes(words), `${id}: ${status?.message}`);
  }
  assert.ok(asked > 40, `${asked} vectors`);
});

function objectOf(op: string, input: Readonly<Record<string, unknown>>): unknown {
  switch (op) {
    case "admitPtpConfig":
      return withTypes(input["object"], "PtpConfig");
    case "admitPtpOperatorConfig":
      return withTypes(input["object"], "PtpOperatorConfig");
    case "validateClockChain":
      return hardware(input["clockChain"]);
    case "validateClockChainFile": {
      const [document] = readSharedDocuments(String(input["file"]));
      return hardware(
        String(input["path"])
          .split(".")
          .reduce((node, step) => (node as Record<string, unknown>)[step], document),
      );
    }
    case "validateSource": {
      const source = { name: "s", sourceType: "gnss", subsystem: "", ...(input["source"] as object) };
      return hardware({ structure: [{ name: "subsystem" }], behavior: { sources: [source] } });
    }
    default:
      return undefined;
  }
}

function withTypes(object: unknown, kind: string): unknown {
  return { apiVersion: "ptp.openshift.io/v1", kind, ...(object as object) };
}

function hardware(clockChain: unknown) {
  const spec = { profile: { name: "h", clockChain }, relatedPtpProfileName: "p" };
  return {
    apiVersion: "ptp.openshift.io/v2alpha1",
    kind: "HardwareConfig",
    metadata: { name: "h", namespace: "ptp" },
    spec,
  };
}
