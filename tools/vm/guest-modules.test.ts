import assert from "node:assert/strict";
import { test } from "node:test";
import { dependenciesOf, withDependencies } from "./guest-modules.ts";

function moduleWith(depends: string): Uint8Array {
  return Buffer.from(`ELF\0license=GPL\0depends=${depends}\0retpoline=Y\0`);
}

test("dependenciesOf reads the names between zero bytes", () => {
  assert.deepEqual(dependenciesOf(moduleWith("9pnet,net-fs")), ["9pnet", "net_fs"]);
  assert.deepEqual(dependenciesOf(moduleWith("")), []);
  assert.deepEqual(dependenciesOf(Buffer.from("no module")), []);
});

test("withDependencies puts each module once, behind what it needs, and leaves out what is built in", async () => {
  const modules: Readonly<Record<string, string>> = {
    "9p": "9pnet,netfs",
    "9pnet_virtio": "9pnet,virtio",
    "9pnet": "",
    netfs: "",
  };
  const read = (name: string): Promise<Uint8Array | undefined> => {
    const depends = modules[name];
    return Promise.resolve(depends === undefined ? undefined : moduleWith(depends));
  };
  assert.deepEqual(await withDependencies(["9p", "9pnet_virtio", "af_packet"], read), [
    "9pnet",
    "netfs",
    "9p",
    "9pnet_virtio",
  ]);
});
