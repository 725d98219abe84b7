import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { HelloSchema, NodeReportSchema, ResultSchema, type SyncState } from "./gen/ptp/agent/v1/agent_pb.ts";
import { arbitraryNodeReport } from "./testing/arbitrary.ts";
import { fromWireHello, toWireHello, type AgentHello } from "./wire-hello.ts";
import { fromWireNodeReport, toWireNodeReport } from "./wire-node-report.ts";
import { fromWireResult, toWireResult } from "./wire-result.ts";

test("a report comes back as the same value", () => {
  fc.assert(
    fc.property(arbitraryNodeReport, (report) => {
      const bytes = toBinary(NodeReportSchema, create(NodeReportSchema, toWireNodeReport(report)));
      const decoded = fromWireNodeReport(fromBinary(NodeReportSchema, bytes));
      assert.ok(decoded.ok);
      assert.deepEqual(structuredClone(decoded.value), structuredClone(report));
      assert.deepEqual(decoded.dropped, []);
    }),
  );
});

test("what only a newer agent knows costs the entry, not the report", () => {
  const message = create(NodeReportSchema, {
    revision: "r",
    clocks: [{ configName: "ptp4l.0.config", process: "ptp4l", state: 9 as SyncState }],
    processes: [
      { key: "a", program: "ntpd-rs", state: "running" },
      { key: "b", program: "ptp4l", state: "paused" },
      { key: "c", program: "ptp4l", state: "running", starts: 1 },
    ],
  });
  const decoded = fromWireNodeReport(message);
  assert.ok(decoded.ok);
  assert.deepEqual(
    decoded.value.processes.map(({ key }) => key),
    ["c"],
  );
  assert.deepEqual(
    decoded.dropped.map(({ name, path }) => `${name} ${path}`),
    ["ptp4l.0.config state", "a program", "b state"],
  );
});

test("a refusal of an unknown kind still is a refusal", () => {
  const message = create(ResultSchema, { revision: "r", refusal: { kind: "full-moon", reason: "wait" } });
  assert.deepEqual(fromWireResult(message), {
    ok: true,
    value: { revision: "r", profiles: [], refusal: { kind: "undecodable", reason: "full-moon: wait" } },
    dropped: [],
  });
});

test("a result comes back as the same value", () => {
  const result = {
    revision: "r",
    profiles: [
      { name: "a", outcome: "applied" as const },
      { name: "b", outcome: "refused" as const, path: "ptp4lConf", reason: "no such interface" },
    ],
  };
  const bytes = toBinary(ResultSchema, create(ResultSchema, toWireResult(result)));
  assert.deepEqual(fromWireResult(fromBinary(ResultSchema, bytes)), { ok: true, value: result, dropped: [] });
});

const hello: AgentHello = {
  protocolMin: 1,
  protocolMax: 2,
  agentVersion: "0.1.0",
  instanceId: "abc",
  acceptedRevision: "",
  facts: {
    nodeName: "n",
    programs: { ptp4l: { path: "/usr/sbin/ptp4l", version: "4.2" }, phc2sys: { path: "/usr/sbin/phc2sys" } },
    interfaces: [{ name: "eth0", phcIndex: 0 }, { name: "eth1" }],
    chrtPath: "/usr/bin/chrt",
  },
};

test("a Hello comes back as the same value; an index of zero is not absence", () => {
  const bytes = toBinary(HelloSchema, create(HelloSchema, toWireHello(hello)));
  assert.deepEqual(fromWireHello(fromBinary(HelloSchema, bytes)), { ok: true, value: hello, dropped: [] });
});

test("a Hello needs an instance id of bearable length, and facts", () => {
  const decode = (init: Partial<AgentHello>) => fromWireHello(create(HelloSchema, toWireHello({ ...hello, ...init })));
  assert.deepEqual(decode({ instanceId: "" }), { ok: false, reason: "undecodable: field instance_id: missing" });
  assert.deepEqual(decode({ instanceId: "x".repeat(129) }), {
    ok: false,
    reason: "undecodable: field instance_id: longer than 128 characters",
  });
  assert.deepEqual(fromWireHello(create(HelloSchema, { instanceId: "x" })), {
    ok: false,
    reason: "undecodable: field facts: missing",
  });
});
