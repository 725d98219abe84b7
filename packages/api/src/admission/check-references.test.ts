import assert from "node:assert/strict";
import { test } from "node:test";
import { toText } from "../findings/finding.ts";
import { ptpConfigNamed, ptpConfigWith } from "../testing/ptp-config.ts";
import { checkReferences } from "./check-references.ts";

const recommending = (profile: string) => ptpConfigWith({}, [{ profile, priority: 0 }]);

test("a recommendation of an own profile needs nothing else", () => {
  assert.deepEqual(checkReferences(recommending("p"), {}).errors, []);
  const same = [ptpConfigNamed("a", ["p"]), ptpConfigNamed("b", ["p"])];
  assert.deepEqual(checkReferences(recommending("p"), { ptpConfigs: same }).errors, []);
});

test("a recommendation of a profile nobody defines is an error", () => {
  const text = 'spec.recommend[0].profile: no profile is named "missing"; define it or correct the name';
  assert.deepEqual(checkReferences(recommending("missing"), {}).errors.map(toText), [text]);
  assert.deepEqual(checkReferences(recommending("missing"), { ptpConfigs: [] }).errors.map(toText), [text]);
  const partial = { ptpConfigs: [], ptpConfigsArePartial: true };
  assert.deepEqual(checkReferences(recommending("missing"), partial).errors.map(toText), [text]);
});

test("a mistyped profile name gets a suggestion", () => {
  const config = ptpConfigWith({ name: "boundary" }, [{ profile: "boundry", priority: 0 }]);
  assert.equal(checkReferences(config, {}).errors[0]?.suggestion, "boundary");
});

test("another object's profile may be recommended if exactly one defines it", () => {
  const config = recommending("theirs");
  assert.equal(checkReferences(config, {}).errors.length, 1);
  assert.deepEqual(checkReferences(config, { ptpConfigs: [ptpConfigNamed("a", ["theirs"])] }).errors, []);
  const two = [ptpConfigNamed("b", ["theirs"]), ptpConfigNamed("a", ["theirs"])];
  assert.deepEqual(checkReferences(config, { ptpConfigs: two }).errors.map(toText), [
    'spec.recommend[0].profile: profile "theirs" is defined by several PtpConfigs (a, b); rename one',
  ]);
});

test("an older form of the object itself answers nothing", () => {
  const stored = ptpConfigNamed("own", ["old"]);
  assert.equal(checkReferences(recommending("old"), { ptpConfigs: [stored] }).errors.length, 1);
});

test("haProfiles and controllingProfile are judged when the other objects are known", () => {
  const config = ptpConfigWith({ ptpSettings: { haProfiles: "p, a_x,y", controllingProfile: "z" } });
  assert.deepEqual(checkReferences(config, {}), { errors: [], warnings: [] });
  const ptpConfigs = [ptpConfigNamed("a", ["x"]), ptpConfigNamed("b", ["z"])];
  const text = 'spec.profile[0].ptpSettings.haProfiles: no profile is named "y"; define it or correct the name';
  assert.deepEqual(checkReferences(config, { ptpConfigs }).errors.map(toText), [text]);
  const partial = checkReferences(config, { ptpConfigs, ptpConfigsArePartial: true });
  assert.deepEqual([partial.errors, partial.warnings.map(toText)], [[], [text]]);
});

test("a name with underscores is a bare name unless its first part is an object that has the rest", () => {
  const config = ptpConfigWith({ name: "test_profile_bc1", ptpSettings: { haProfiles: "test_profile_bc1,a_b_c" } }, []);
  assert.equal(checkReferences(config, { ptpConfigs: [ptpConfigNamed("a", ["c"])] }).errors.length, 1);
  assert.deepEqual(checkReferences(config, { ptpConfigs: [ptpConfigNamed("a", ["b_c"])] }).errors, []);
});
