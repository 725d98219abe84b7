import assert from "node:assert/strict";
import { test } from "node:test";
import { negotiateProtocol } from "./protocol.ts";

const range = (protocolMin: number, protocolMax: number) => ({ protocolMin, protocolMax });

test("the highest version both know is taken", () => {
  const cases = [
    [range(1, 1), range(1, 1), 1],
    [range(1, 2), range(1, 1), 1],
    [range(1, 1), range(1, 2), 1],
    [range(2, 3), range(1, 2), 2],
    [range(1, 2), range(2, 3), 2],
  ] as const;
  for (const [agent, operator, protocol] of cases) {
    assert.deepEqual(negotiateProtocol(agent, operator), { ok: true, protocol });
  }
});

test("two versions apart there is none, and the older side is named", () => {
  assert.deepEqual(negotiateProtocol(range(1, 1), range(2, 3)), {
    ok: false,
    reason:
      "the agent speaks protocol 1, the operator 2..3: " +
      "update the agent to a version at most one minor version older than the other",
  });
  assert.match(reasonOf(negotiateProtocol(range(3, 4), range(1, 2))), /update the operator/);
});

test("a peer that does not speak of versions is told so", () => {
  assert.match(reasonOf(negotiateProtocol(range(0, 0), range(1, 1))), /is not a range/);
  assert.match(reasonOf(negotiateProtocol(range(2, 1), range(1, 1))), /is not a range/);
});

function reasonOf(negotiation: ReturnType<typeof negotiateProtocol>): string {
  assert.ok(!negotiation.ok);
  return negotiation.reason;
}
