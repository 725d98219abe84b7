import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { imageFiles, imagesMissing, imageVersion, type ImageName } from "../../tools/images/images.ts";
import { unpackImage, type UnpackedImage } from "./testing/unpack-image.ts";

const missing = imagesMissing() ?? (process.getuid?.() === 0 ? undefined : "images are unpacked by root: run as root");
const options = { timeout: 300_000, ...(missing === undefined ? {} : { skip: missing }) };

test("the operator's image runs as nobody on a root it cannot write, without a shell", options, async (t) => {
  const image = await unpackImage(t, imageFiles("ptp-operator").archive);
  const { User, Entrypoint, Labels } = image.config;
  assert.equal(User, "65532:65532");
  assert.equal(Labels["org.opencontainers.image.version"], imageVersion());
  assert.match(await image.run(65532, [...Entrypoint, "--help"]), /--leader-elect/);
  assert.match(await image.run(65532, ["/opt/ptp/bin/ptpctl", "--version"]), /^\d/);
  for (const path of ["bin/sh", "usr/bin/bash", "usr/bin/apt-get", "usr/bin/perl"]) {
    assert.equal(existsSync(join(image.root, path)), false, path);
  }
  checkCommon("ptp-operator", image);
});

test("the agent's image has every program an agent starts, of the version that was asked for", options, async (t) => {
  const image = await unpackImage(t, imageFiles("ptp-agent").archive);
  const { Entrypoint, Env } = image.config;
  assert.ok(Env.includes("MALLOC_ARENA_MAX=1"));
  assert.match(await image.run(0, [...Entrypoint, "--help"]), /--operator-ca/);
  assert.match(await image.run(0, ["/opt/ptp/bin/ptp-operator", "--help"]), /--only-node/);
  const asked = /^ARG LINUXPTP_VERSION=(\d+\.\d+)/m.exec(readFileSync("Dockerfile.agent", "utf8"))?.[1] ?? "";
  for (const program of ["ptp4l", "phc2sys", "ts2phc", "pmc"]) {
    assert.equal((await image.run(0, [program, "-v"])).trim(), asked, program);
  }
  const others = [
    ["chronyd", "-v"],
    ["gpsd", "-V"],
    ["gpspipe", "-V"],
    ["ethtool", "--version"],
    ["chrt", "--version"],
  ];
  for (const argv of [...others, ["setpriv", "--version"]]) assert.match(await image.run(0, argv), /\d\.\d/, argv[0]);
  assert.match(await image.run(0, ["timemaster", "-h"]).catch(String), /usage: timemaster/);
  // Not in this suite: a profile that wants it is refused, since the agent finds no such program.
  assert.equal(existsSync(join(image.root, "usr/sbin/synce4l")), false);
  checkCommon("ptp-agent", image);
});

function checkCommon(name: ImageName, { root }: UnpackedImage): void {
  assert.notDeepEqual(readdirSync(join(root, "opt/ptp/compile-cache")), [], "compiled code comes with it");
  const setId = execFileSync("find", [root, "-xdev", "-type", "f", "-perm", "/6000"]).toString();
  assert.equal(setId, "", "nothing gives rights to who has none");
  const { components } = JSON.parse(readFileSync(imageFiles(name).sbom, "utf8")) as {
    readonly components: readonly { readonly name: string; readonly purl: string }[];
  };
  const debian = components.filter(({ purl }) => purl.startsWith("pkg:deb/")).map((each) => each.name);
  assert.deepEqual(debian.toSorted(), readdirSync(join(root, "var/lib/dpkg/status.d")).toSorted());
  assert.ok(debian.includes("libc6"));
  assert.ok(components.some(({ purl }) => purl.startsWith("pkg:npm/%40grpc/grpc-js@")));
}
