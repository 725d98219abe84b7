import assert from "node:assert/strict";
import { test } from "node:test";
import type { EndpointGuard } from "./endpoint-guard.ts";
import { createHostResolver, type LookupAll } from "./resolve-host.ts";

/** Refuses addresses of one network. */
const guard: EndpointGuard = {
  refusal: (address) => (address.startsWith("169.254.") ? "it is link-local" : undefined),
};

/** A resolver of a name server whose next answer is set, and a clock. */
function resolver() {
  const state = { nowMs: 0, answer: ["10.0.0.1"] as readonly string[] | string, asked: 0 };
  const lookupAll: LookupAll = () => {
    state.asked += 1;
    const { answer } = state;
    if (answer === "never") return new Promise(() => undefined);
    if (typeof answer === "string") return Promise.reject(Object.assign(new Error(answer), { code: answer }));
    return Promise.resolve(answer.map((address) => ({ address, family: 4 })));
  };
  const lookup = createHostResolver(lookupAll, guard, () => state.nowMs).lookup(80);
  const ask = (): Promise<string> =>
    new Promise((resolve) =>
      lookup("consumer", { all: true }, (error, addresses) =>
        resolve(error?.code ?? (addresses as readonly { address: string }[]).map(({ address }) => address).join(" ")),
      ),
    );
  return { state, ask };
}

test("createHostResolver: an answer is used for 10 s, and each use is judged", async () => {
  const { state, ask } = resolver();
  assert.deepEqual([await ask(), await ask(), state.asked], ["10.0.0.1", "10.0.0.1", 1]);
  state.nowMs = 10_000;
  // What a name means may change: to one address that is refused, or to one among others.
  state.answer = ["169.254.169.254"];
  assert.equal(await ask(), "EREFUSEDADDRESS");
  state.nowMs = 20_000;
  state.answer = ["169.254.169.254", "10.0.0.2"];
  assert.equal(await ask(), "10.0.0.2");
});

test("createHostResolver: the old answer goes on while the name server is slow, or away; not where a name is gone", async () => {
  const { state, ask } = resolver();
  await ask();
  for (const [answer, told] of [
    ["EAI_AGAIN", "10.0.0.1"],
    ["ENOTFOUND", "ENOTFOUND"],
    ["never", "10.0.0.1"],
  ] as const) {
    state.nowMs += 20_000;
    state.answer = answer;
    assert.equal(await ask(), told, answer);
  }
});

test("createHostResolver: a name that nobody knew yet waits for its answer, and is asked for once", async () => {
  const { state, ask } = resolver();
  state.answer = "EAI_AGAIN";
  assert.deepEqual(await Promise.all([ask(), ask()]), ["EAI_AGAIN", "EAI_AGAIN"]);
  assert.equal(state.asked, 1);
  state.answer = ["10.0.0.3"];
  assert.equal(await ask(), "10.0.0.3");
});
