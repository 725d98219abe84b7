import assert from "node:assert/strict";
import { test } from "node:test";
import { billOfMaterials, type ImageContent } from "./bill-of-materials.ts";

const content: ImageContent = {
  name: "ptp-agent",
  version: "1.2.3",
  node: "24.1.0",
  distribution: "debian-13",
  debian: [{ name: "libstdc++6", version: "14.2.0-19", architecture: "amd64", source: "gcc-14 (14.2)" }],
  npm: [
    { name: "@grpc/grpc-js", version: "1.0.0", license: "Apache-2.0" },
    { name: "koffi", version: "2.0.0" },
    { name: "koffi", version: "2.0.0" },
  ],
};

test("billOfMaterials names every package once, by package URL", () => {
  const { components, metadata } = JSON.parse(billOfMaterials(content)) as {
    readonly components: readonly { readonly purl: string }[];
    readonly metadata: { readonly component: { readonly name: string; readonly version: string } };
  };
  assert.deepEqual(
    components.map(({ purl }) => purl),
    [
      "pkg:deb/debian/libstdc%2B%2B6@14.2.0-19?arch=amd64&distro=debian-13",
      "pkg:generic/node@24.1.0",
      "pkg:npm/%40grpc/grpc-js@1.0.0",
      "pkg:npm/koffi@2.0.0",
    ],
  );
  assert.deepEqual([metadata.component.name, metadata.component.version], ["ptp-agent", "1.2.3"]);
});

test("billOfMaterials is the same for the same content in another order", () => {
  assert.equal(billOfMaterials({ ...content, npm: content.npm.toReversed() }), billOfMaterials(content));
});
