import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDpkgStatus } from "./parse-dpkg-status.ts";

test("parseDpkgStatus reads the packages that are there", () => {
  const text = [
    "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nSource: glibc\nVersion: 2.41-12\nDepends: x\n y",
    "Package: gpsd-clients\nStatus: install ok unpacked\nArchitecture: amd64\nVersion: 3.25-5",
    "Package: gone\nStatus: deinstall ok config-files\nArchitecture: all\nVersion: 1",
    "",
  ].join("\n\n");
  assert.deepEqual(parseDpkgStatus(text), [
    { name: "libc6", version: "2.41-12", architecture: "amd64", source: "glibc" },
    { name: "gpsd-clients", version: "3.25-5", architecture: "amd64" },
  ]);
  assert.deepEqual(parseDpkgStatus(""), []);
});
