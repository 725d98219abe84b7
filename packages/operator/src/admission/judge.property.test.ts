import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readReview, reviewText } from "./admission-review.ts";
import { judge, type JudgeContext, type JudgedKind } from "./judge.ts";
import { ratchet } from "./ratchet.ts";

const context: JudgeContext = {
  ptpConfigs: [],
  ptpConfigsArePartial: true,
  secrets: [],
  nodes: [],
  counts: () => true,
};
const kinds: readonly (readonly [JudgedKind, string])[] = [
  ["PtpConfig", "v1"],
  ["PtpOperatorConfig", "v1"],
  ["HardwareConfig", "v2alpha1"],
];
const asked = fc.constantFrom(...kinds);

/** Members of the three kinds at any place, with any value: what a schema forbids, and what it lets through. */
const members =
  "spec profile recommend name ptp4lConf ptpSettings haProfiles match plugins clockChain structure behavior conditions " +
  "triggers ptpEventConfig apiVersion";
const member = fc.constantFrom(...members.split(" "));
const text = fc.constantFrom(
  "",
  "p",
  "[global]\nsa_file /etc/ptp-secret-mount/a/b\n[e]\nspp 1\n",
  "1.0",
  "\u0000",
  "é",
);
const { value: anything } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 7 },
    fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(member, tie("value"), { maxKeys: 4 }),
  ),
}));

/** What the schema of a PtpConfig lets through. */
const soundSpec = fc.record({
  profile: fc.array(
    fc.record({
      name: fc.string(),
      ptp4lConf: fc.oneof(text, fc.string({ unit: "binary" })),
      ptpSettings: fc.dictionary(
        fc.oneof(member, fc.constantFrom("logReduce", "stdoutFilter", "clockId[e]")),
        fc.string(),
      ),
      phc2sysOpts: fc.string(),
    }),
    { maxLength: 3 },
  ),
  recommend: fc.array(fc.record({ profile: fc.string(), priority: fc.integer() }), { maxLength: 3 }),
});
const spec = fc.oneof(anything, soundSpec);

test("whatever is asked, there is a verdict, and it can be sent", () => {
  fc.assert(
    fc.property(asked, spec, spec, fc.constantFrom("CREATE", "UPDATE"), ([kind, version], now, old, operation) => {
      const object = (spec: unknown) => ({
        apiVersion: `ptp.openshift.io/${version}`,
        kind,
        metadata: { name: "default", namespace: "ns" },
        spec,
      });
      const of = { group: "ptp.openshift.io", version, kind };
      const request = { uid: "u", kind: of, subResource: "", operation, object: object(now), oldObject: object(old) };
      const verdict = judge(kind, request, context);
      assert.equal(verdict.allowed, verdict.message === undefined);
      assert.equal((JSON.parse(reviewText("u", verdict)) as { response: { uid: string } }).response.uid, "u");
      const again = judge(kind, { ...request, operation: "UPDATE", oldObject: request.object }, context);
      assert.deepEqual(again, { allowed: true, warnings: [] }, "nothing changed");
    }),
    { numRuns: 500 },
  );
});

test("whatever comes as a body is a request or a problem", () => {
  const bodies = fc.oneof(
    fc.uint8Array(),
    fc.json().map((json) => Buffer.from(json)),
  );
  fc.assert(fc.property(bodies, (body) => ["request", "unreadable"].includes(readReview(body).type)));
});

test("a ratchet loses no error, and refuses none that was there", () => {
  const errors = fc.array(
    fc.record({ path: fc.constantFrom("a[0].b", "a[1].b", "c"), message: fc.constantFrom("x", "y") }),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(errors, errors, (now, before) => {
      const found = ratchet({ errors: now, warnings: [] }, { errors: before, warnings: [] });
      assert.equal(found.errors.length + found.warnings.length, now.length);
      assert.ok(found.errors.length >= now.length - before.length);
      assert.deepEqual(
        ratchet({ errors: now, warnings: [] }, { errors: [...before, ...now], warnings: [] }).errors,
        [],
      );
    }),
  );
});
