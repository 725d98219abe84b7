import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { parseClockIdentity, readClockIdentity, writeClockIdentity } from "./clock-identity.ts";
import { clockAccuracyBoundNs, clockClassMeaning } from "./clock-quality.ts";
import { formatPortIdentity, parsePortIdentity, readPortIdentity, writePortIdentity } from "./port-identity.ts";
import { linuxptpPortState, parsePortState, portStateCode, portStateFromCode, portStates } from "./port-state.ts";
import { timeSourceName } from "./time-properties.ts";

test("clock identity: bytes to text as linuxptp prints it", () => {
  const view = new DataView(new ArrayBuffer(9));
  view.setBigUint64(1, 0x4628eafffe02aa96n);
  assert.equal(readClockIdentity(view, 1), "4628ea.fffe.02aa96");
});

test("identities: text and bytes hold the same", () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.integer({ min: 0, max: 0xffff }),
      (bits, portNumber) => {
        const view = new DataView(new ArrayBuffer(10));
        view.setBigUint64(0, bits);
        const clockIdentity = readClockIdentity(view, 0);
        assert.equal(parseClockIdentity(clockIdentity.toUpperCase()), clockIdentity);
        const identity = { clockIdentity, portNumber };
        assert.deepEqual(parsePortIdentity(formatPortIdentity(identity)), identity);
        const copy = new DataView(new ArrayBuffer(10));
        writeClockIdentity(copy, 0, clockIdentity);
        assert.equal(copy.getBigUint64(0), bits);
        writePortIdentity(copy, 0, identity);
        assert.deepEqual(readPortIdentity(copy, 0), identity);
      },
    ),
  );
});

test("identities: other text is refused", () => {
  for (const text of ["", "4628ea.fffe.02aa9", "4628eafffe02aa96", "4628ea.fffe.02aa9g", "4628ea.fffe.02aa96-1"]) {
    assert.equal(parseClockIdentity(text), undefined, text);
  }
  for (const text of ["", "4628ea.fffe.02aa96", "4628ea.fffe.02aa96-", "4628ea.fffe.02aa96-65536", "x-1"]) {
    assert.equal(parsePortIdentity(text), undefined, text);
  }
});

test("port state: code, our word and linuxptp's word name the same", () => {
  assert.equal(portStateFromCode(9), "TIME_RECEIVER");
  assert.equal(linuxptpPortState("TIME_RECEIVER"), "SLAVE");
  assert.equal(parsePortState("GRAND_MASTER"), "GRANDMASTER");
  for (const state of portStates) {
    assert.equal(portStateFromCode(portStateCode(state)), state);
    assert.equal(parsePortState(linuxptpPortState(state)), state);
    assert.equal(parsePortState(state), state);
  }
  assert.equal(portStateFromCode(0), undefined);
  assert.equal(portStateFromCode(11), undefined);
  assert.equal(parsePortState("NONE"), undefined);
});

test("clock quality: class, accuracy and source codes", () => {
  assert.equal(clockClassMeaning(6), "locked");
  assert.equal(clockClassMeaning(165), "holdover-out-of-specification");
  assert.equal(clockClassMeaning(187), "other");
  assert.equal(clockAccuracyBoundNs(0x20), 25);
  assert.equal(clockAccuracyBoundNs(0x21), 100);
  assert.equal(clockAccuracyBoundNs(0x2f), 1e9);
  assert.equal(clockAccuracyBoundNs(0x30), 1e10);
  assert.equal(clockAccuracyBoundNs(0x31), undefined);
  assert.equal(clockAccuracyBoundNs(0xfe), undefined);
  assert.equal(timeSourceName(0x20), "GNSS");
  assert.equal(timeSourceName(0xa0), "INTERNAL_OSCILLATOR");
  assert.equal(timeSourceName(0x21), undefined);
});
