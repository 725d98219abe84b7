import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import test from "node:test";
import { runJson } from "./testing/run-here.ts";
import { sharedPath, skipWithoutShared } from "./testing/shared-files.ts";

/** Files that hold no custom resource, or one of another schema on purpose. */
const exceptions: Readonly<Record<string, string>> = {
  "wpc-hwconfig.yaml": "uses sysfs states, which the API gave up on purpose",
  "cfg1.yaml": "is no Kubernetes object",
  "cfg2.yaml": "is no Kubernetes object",
  "ptptestconfig.yaml": "is no Kubernetes object",
};

interface LintJson {
  readonly results: readonly {
    readonly object: string;
    readonly allowed: boolean;
    readonly errors: readonly object[];
  }[];
}

test("lint allows every sample", { skip: skipWithoutShared }, async (t) => {
  const folder = sharedPath("data/operator");
  const names = readdirSync(folder).filter((name) => /\.(ya?ml|json)$/.test(name));
  for (const name of names) {
    const reason = exceptions[name];
    await t.test(reason === undefined ? name : `${name} is refused: it ${reason}`, async () => {
      const { result, json } = await runJson(["lint", "-f", `${folder}/${name}`, "--no-secrets"]);
      const refused = (json as LintJson).results.filter(({ allowed }) => !allowed);
      if (reason === undefined) assert.deepEqual(refused, []);
      else assert.notEqual(refused.length, 0);
      assert.equal(result.exitCode, reason === undefined ? 0 : 1);
    });
  }
});
