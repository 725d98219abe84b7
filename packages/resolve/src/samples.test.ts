import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { parseAllDocuments } from "yaml";
import type { ConfigObject, NodeObject } from "./cluster-snapshot.ts";
import { splitLabel } from "./match-rules.ts";
import { resolve } from "./resolve.ts";
import { sha256Hex, snapshotOf } from "./testing/snapshot.ts";

/** Sample objects of the existing stack; lie beside the project and are not part of it. */
const samplesUrl = new URL("../../../../shared/data/operator/", import.meta.url);

interface Sample extends ConfigObject {
  readonly kind?: string;
  readonly spec?: { readonly recommend: readonly { readonly profile: string; readonly match?: readonly Rule[] }[] };
}

interface Rule {
  readonly nodeName?: string;
  readonly nodeLabel?: string;
}

/** A node on which the first rule of a recommendation holds. */
function nodeFor({ nodeName, nodeLabel = "" }: Rule): NodeObject {
  const { key, value = "" } = splitLabel(nodeLabel);
  return { metadata: { name: nodeName ?? "w1", labels: key === "" ? {} : { [key]: value } } };
}

if (existsSync(samplesUrl)) {
  for (const file of readdirSync(samplesUrl).filter((name) => name.endsWith(".yaml"))) {
    const documents = parseAllDocuments(readFileSync(new URL(file, samplesUrl), "utf8"));
    const samples = documents.map((document) => document.toJS() as Sample).filter((each) => each?.kind === "PtpConfig");
    for (const sample of samples) {
      test(`${sample.metadata.name} of ${file} runs everywhere it recommends`, () => {
        for (const { profile, match = [] } of sample.spec?.recommend ?? []) {
          const node = nodeFor(match[0] ?? {});
          const { nodes, status } = resolve(snapshotOf({ nodes: [node], ptpConfigs: [sample] }), sha256Hex);
          const name = `${sample.metadata.name}_${profile}`;
          const found = nodes.get(node.metadata.name);
          assert.ok(
            found?.config.profiles.some((each) => each.name === name),
            JSON.stringify([...status.values()]),
          );
        }
      });
    }
  }
} else {
  test("sample objects", (t) => t.skip(`not here: ${samplesUrl.pathname}`));
}
