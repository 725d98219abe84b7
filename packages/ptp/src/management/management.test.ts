import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { parsePortIdentity, type PortIdentity } from "../clock/port-identity.ts";
import { decodeMessage } from "./decode-message.ts";
import { allPorts, encodeError, encodeRequest, encodeResponse } from "./encode-message.ts";
import type { Envelope } from "./frame.ts";
import { managementIds, managementTable, type ManagementId } from "./management-id.ts";
import { arbitraryBodies, arbitraryPortIdentity } from "./testing/arbitrary-bodies.ts";
import { managementCorpus } from "./testing/management-corpus.ts";

const clock = parsePortIdentity("4628ea.fffe.02aa96-0") as PortIdentity;
const envelope: Envelope = {
  domainNumber: 24,
  sequenceId: 7,
  sourcePortIdentity: clock,
  targetPortIdentity: allPorts,
};

const arbitraryEnvelope: fc.Arbitrary<Envelope> = fc.record({
  domainNumber: fc.integer({ min: 0, max: 255 }),
  sequenceId: fc.integer({ min: 0, max: 0xffff }),
  sourcePortIdentity: arbitraryPortIdentity,
  targetPortIdentity: arbitraryPortIdentity,
});

function roundTrip(id: ManagementId): void {
  test(`${id}: what is encoded is decoded`, () => {
    fc.assert(
      fc.property(arbitraryEnvelope, arbitraryBodies[id] as fc.Arbitrary<never>, (envelope, body) => {
        const { domainNumber, sequenceId, sourcePortIdentity: portIdentity, targetPortIdentity } = envelope;
        const heard = { domainNumber, sequenceId, portIdentity, targetPortIdentity };
        assert.deepEqual(decodeMessage(encodeResponse(envelope, id, body)), { kind: "response", id, body, ...heard });
        for (const action of managementTable[id].actions) {
          const data = action === "GET" ? {} : { data: body };
          const asked = action === "GET" ? {} : { body };
          const request = encodeRequest({ ...envelope, action, id, ...data });
          assert.deepEqual(decodeMessage(request), { kind: "request", action, id, ...asked, ...heard });
        }
      }),
    );
  });
}

for (const id of managementIds) roundTrip(id);

test("encodeRequest: a GET is byte for byte what linuxptp expects", () => {
  const bytes = encodeRequest({
    action: "GET",
    id: "CURRENT_DATA_SET",
    domainNumber: 24,
    sequenceId: 0x1234,
    sourcePortIdentity: { ...clock, portNumber: 9 },
  });
  const header = `0d02003618000000${"00".repeat(12)}4628eafffe02aa9600091234047f`;
  assert.equal(Buffer.from(bytes).toString("hex"), `${header}${"ff".repeat(10)}00000000000100022001`);
});

test("managementCorpus: everything in it is understood, and every TLV is there", () => {
  const seen = new Set<ManagementId>();
  for (const bytes of managementCorpus()) {
    const message = decodeMessage(bytes);
    assert.ok(message.kind === "response" || message.kind === "request" || message.kind === "error");
    if (message.id !== undefined) seen.add(message.id);
  }
  assert.deepEqual(seen, new Set(managementIds));
});

test("encodeRequest: a command addresses its port and carries nothing", () => {
  const targetPortIdentity = { ...clock, portNumber: 2 };
  const bytes = encodeRequest({ ...envelope, action: "COMMAND", id: "DISABLE_PORT", targetPortIdentity, data: {} });
  assert.equal(Buffer.from(bytes.subarray(34)).toString("hex"), "4628eafffe02aa9600020000030000010002200e");
});

test("PORT_STATS_NP: counters stand with their lowest byte first, by message type", () => {
  const none = { sync: 0, delayReq: 0, pdelayReq: 0, pdelayResp: 0, followUp: 0, delayResp: 0, pdelayRespFollowUp: 0 };
  const received = { ...none, announce: 0x1234, signaling: 0, management: 0 };
  const transmitted = { ...none, sync: 1, announce: 0, signaling: 0, management: 0 };
  const bytes = encodeResponse(envelope, "PORT_STATS_NP", { portIdentity: clock, received, transmitted });
  const counters = Buffer.from(bytes.subarray(54 + 10)).toString("hex");
  assert.equal(counters.slice(16 * 0xb, 16 * 0xc), "3412000000000000");
  assert.equal(counters.slice(16 * 16, 16 * 17), "0100000000000000");
});

test("encodeRequest: a value that does not fit is refused with its field", () => {
  const request = { action: "SET", id: "SUBSCRIBE_EVENTS_NP", ...envelope } as const;
  const data = { durationS: 70000, portState: true, timeSync: false, parentDataSet: true, cmlds: false };
  assert.throws(() => encodeRequest({ ...request, data }), /^RangeError: durationS: 70000 .* from 0 to 65535$/);
});

test("decodeMessage: refusals carry reason and id", () => {
  const { domainNumber, sequenceId, targetPortIdentity } = envelope;
  const heard = { domainNumber, sequenceId, targetPortIdentity, portIdentity: clock };
  assert.deepEqual(decodeMessage(encodeError(envelope, 0xc00c, 2)), {
    kind: "error",
    errorId: 2,
    error: "NO_SUCH_ID",
    code: 0xc00c,
    id: undefined,
    ...heard,
  });
  assert.deepEqual(decodeMessage(encodeError(envelope, 0xc003, 6)), {
    kind: "error",
    errorId: 6,
    error: "NOT_SUPPORTED",
    code: 0xc003,
    id: "SUBSCRIBE_EVENTS_NP",
    ...heard,
  });
});

test("decodeMessage: a TLV we do not speak is told apart from nonsense", () => {
  const bytes = encodeResponse(envelope, "PORT_DATA_SET_NP", { neighborPropDelayThreshNs: 1, asCapable: true });
  new DataView(bytes.buffer).setUint16(52, 0xc0ff);
  const message = decodeMessage(bytes);
  assert.equal(message.kind, "unknown");
  assert.equal(message.code, 0xc0ff);
});

const body = { neighborPropDelayThreshNs: 20_000_000, asCapable: true };
const whole = encodeResponse(envelope, "PORT_DATA_SET_NP", body);

function reasonOf(bytes: Uint8Array): string {
  const message = decodeMessage(bytes);
  assert.equal(message.kind, "malformed");
  return message.reason;
}

function changed(change: (view: DataView) => void, bytes = whole): Uint8Array {
  const copy = bytes.slice();
  change(new DataView(copy.buffer));
  return copy;
}

test("decodeMessage: lengths that lie are refused", () => {
  assert.match(reasonOf(new Uint8Array()), /^0 bytes, at least 52 needed$/);
  assert.match(reasonOf(new Uint8Array(5000)), /^5000 bytes, at most 4096 allowed$/);
  assert.match(reasonOf(changed((view) => view.setUint16(2, 60))), /^62 bytes that claim to be 60$/);
  assert.match(reasonOf(changed((view) => view.setUint16(50, 12))), /^TLV of 12 bytes ends 2 bytes after the message$/);
  assert.match(reasonOf(changed((view) => view.setUint16(50, 8))), /^2 stray bytes after the last TLV$/);
  assert.match(reasonOf(changed((view) => view.setUint16(50, 9))), /odd length 9/);
  assert.match(reasonOf(changed((view) => view.setUint16(52, 0x2000))), /^DEFAULT_DATA_SET: 8 bytes .* instead of 20$/);
  for (let length = 0; length < whole.length; length++) reasonOf(whole.slice(0, length));
  reasonOf(Uint8Array.of(...whole, 0, 0));
});

test("decodeMessage: other messages, versions, actions and codes are refused", () => {
  assert.match(reasonOf(changed((view) => view.setUint8(0, 0xb))), /^message type 11 is not management$/);
  assert.match(reasonOf(changed((view) => view.setUint8(1, 1))), /^PTP version 1 is not 2$/);
  assert.match(reasonOf(changed((view) => view.setUint8(46, 9))), /^action 9 is not known$/);
  assert.match(reasonOf(changed((view) => view.setUint16(48, 3))), /^TLV type 3 is not a management TLV$/);
  assert.equal(decodeMessage(changed((view) => view.setUint8(1, 0x12))).kind, "response", "minor version 1 of 4.x");
  const properties = { portIdentity: clock, portState: "FAULTY", timestamping: 0, interfaceName: "oc0" } as const;
  const port = encodeResponse(envelope, "PORT_PROPERTIES_NP", properties);
  assert.match(reasonOf(changed((view) => view.setUint8(54 + 10, 77), port)), /: portState: code 77 is not known$/);
  assert.match(reasonOf(changed((view) => view.setUint8(54 + 12, 200), port)), /interfaceName of 200 bytes/);
});

test("decodeMessage: a second TLV, such as authentication, does no harm", () => {
  const bytes = changed((view) => view.setUint16(2, 62 + 8), Uint8Array.of(...whole, 0x80, 9, 0, 4, 1, 2, 3, 4));
  const message = decodeMessage(bytes);
  assert.equal(message.kind, "response");
  assert.deepEqual(message.body, body);
});

test("decodeMessage: never throws, whatever the bytes", () => {
  const made = fc.constantFrom(...managementIds).chain((id) => {
    const bodies: fc.Arbitrary<unknown> = arbitraryBodies[id];
    return bodies.map((body) => encodeResponse(envelope, id, body as never));
  });
  const answers = fc.oneof(made, fc.constantFrom(...managementCorpus()));
  const edits = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 });
  const edited = fc.tuple(answers, edits, fc.nat()).map(([bytes, edits, cut]) => {
    const copy = bytes.slice();
    for (const [at, value] of edits) copy[at % copy.length] = value;
    return cut % 3 === 0 ? copy.subarray(cut % copy.length) : copy;
  });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), edited), (bytes) => {
      const { kind } = decodeMessage(bytes);
      assert.ok(["response", "error", "unknown", "request", "malformed"].includes(kind));
    }),
    { numRuns: 5000 },
  );
});

test("management table: codes are unique", () => {
  assert.equal(new Set(managementIds.map((id) => managementTable[id].code)).size, managementIds.length);
});
