import fc from "fast-check";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { inventoryLimits } from "@ptp/node";
import { parseVpd } from "./parse-vpd.ts";

const recorded = new URL("../../../../../shared/data/hardware/addons-intel/vpd.bin", import.meta.url);
const ascii = (text: string) => [...new TextEncoder().encode(text)];
const keyword = (name: string, value: readonly number[]) => [...ascii(name), value.length, ...value];
const large = (tag: number, content: readonly number[]) => [
  tag,
  content.length & 0xff,
  content.length >> 8,
  ...content,
];
const bytes = (...parts: readonly (readonly number[])[]) => Uint8Array.from(parts.flat());

test("vital product data of an E810 is read", async (t) => {
  const content = await readFile(recorded).catch(() => undefined);
  if (content === undefined) return t.skip("no ../shared/data: the recorded vital product data is not here");
  assert.deepEqual(parseVpd(content), {
    vpdIdentifierString: "Intel(R) Ethernet Network Adapter E810-XXVDA4T",
    vpdVendorSpecific1: "Intel(R) Ethernet Network Adapter E810-XXVDA4T",
    vpdPartNumber: "M56954-005",
    vpdSerialNumber: "507C6F1FB174",
    vpdVendorSpecific2: "2422",
  });
});

test("every field has its keyword; the first counts, unprintable bytes and space around do not", () => {
  const content = bytes(
    large(0x82, ascii("  A NIC\0\n ")),
    [0x0a, 1, 2],
    large(0x90, [
      ...keyword("PN", [...ascii("P1 "), 0, 0xff]),
      ...keyword("PN", ascii("P2")),
      ...keyword("MN", ascii("M")),
      ...keyword("V0", ascii("zero")),
      ...keyword("SN", []),
      ...keyword("XX", ascii("other")),
    ]),
    large(0x91, keyword("SN", ascii("writable"))),
    [0x78],
    large(0x90, keyword("SN", ascii("after the end"))),
  );
  assert.deepEqual(parseVpd(content), {
    vpdIdentifierString: "A NIC",
    vpdPartNumber: "P1",
    vpdManufacturerId: "M",
    vpdProductName: "zero",
  });
});

test("what is cut off ends the reading and leaves what came before", () => {
  const whole = bytes(
    large(0x82, ascii("id")),
    large(0x90, [...keyword("PN", ascii("part")), ...keyword("SN", ascii("serial"))]),
  );
  assert.deepEqual(parseVpd(whole.subarray(0, whole.length - 1)), { vpdIdentifierString: "id" });
  const lying = bytes(large(0x90, [...keyword("PN", ascii("part")), ...ascii("SN"), 200, 1]));
  assert.deepEqual(parseVpd(lying), { vpdPartNumber: "part" });
});

test("no bytes make it throw, hang or give long or unprintable text", () => {
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .array(fc.tuple(fc.constantFrom(0x82, 0x90, 0x91, 0x78, 0), fc.uint8Array({ maxLength: 700 })))
      .map((resources) => bytes(...resources.map(([tag, content]) => large(tag, [...content])))),
    fc.array(fc.tuple(fc.constantFrom("PN", "SN", "V0", "\0\0"), fc.uint8Array({ maxLength: 255 }))).map((keywords) =>
      bytes(
        large(
          0x90,
          keywords.flatMap(([name, value]) => keyword(name, [...value])),
        ),
      ),
    ),
  );
  fc.assert(
    fc.property(hostile, (content) => {
      for (const text of Object.values(parseVpd(content))) {
        assert.match(text, /^[!-~]([ -~]*[!-~])?$/);
        assert.ok(text.length <= inventoryLimits.textLength);
      }
    }),
  );
});
