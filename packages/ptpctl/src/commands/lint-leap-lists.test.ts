import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { builtInLeapList, renderLeapList } from "@ptp/ptp";
import { manifest } from "../testing/manifests.ts";
import { runJson } from "../testing/run-here.ts";

interface LintJson {
  readonly results: readonly {
    readonly object: string;
    readonly allowed: boolean;
    readonly errors: readonly { readonly path: string; readonly line?: number; readonly message: string }[];
  }[];
}

const good = renderLeapList(builtInLeapList, (ascii) => createHash("sha1").update(ascii, "ascii").digest("hex"));

async function lint(data: Readonly<Record<string, string>>): Promise<LintJson["results"]> {
  const metadata = { name: "leap-configmap", namespace: "openshift-ptp" };
  const text = manifest({ apiVersion: "v1", kind: "ConfigMap", metadata, data });
  return ((await runJson(["lint", "-f", "-"], text)).json as LintJson).results;
}

test("lists of leap-configmap are judged as nodes judge them", async () => {
  const [result] = await lint({ w1: good, w2: good.replace("3692217600     37", "3692217600     39"), w3: "" });
  assert.deepEqual([result?.object, result?.allowed], ["ConfigMap/openshift-ptp/leap-configmap", false]);
  const [first, ...more] = result?.errors ?? [];
  assert.deepEqual([first?.path, first?.line, more.length], ["data.w2", 30, 0]);
  assert.match(first?.message ?? "", /nodes keep the last good one: TAI minus UTC goes from 36 s to 39 s/);
  assert.equal((await lint({ w1: good }))[0]?.allowed, true);
});
