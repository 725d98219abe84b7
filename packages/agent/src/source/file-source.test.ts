import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { captureLogger } from "@ptp/kit";
import type { ConfigOffer } from "../apply/config-offer.ts";
import { eventually } from "../process/testing/fixture.ts";
import { createFileSource } from "./file-source.ts";

interface Bench {
  readonly folder: string;
  readonly offers: ConfigOffer[];
  readonly warnings: string[];
}

async function bench(
  t: TestContext,
  pollMs: number,
  prepare: (folder: string) => Promise<void> = () => Promise.resolve(),
): Promise<Bench> {
  const folder = join(await mkdtemp(join(tmpdir(), "ptp-file-")), "linuxptp");
  await prepare(folder);
  const offers: ConfigOffer[] = [];
  const warnings: string[] = [];
  const ended = new AbortController();
  const source = createFileSource({
    nodeName: "node-1",
    folder,
    plugins: ["e810"],
    offer: (offer) => void offers.push(offer),
    report: () => ({ revision: "", outcomes: [], clocks: [], processes: [], notices: [] }),
    sha256Hex: (bytes) => createHash("sha256").update(bytes).digest("hex"),
    log: captureLogger(
      (level, _message, fields) => void (level === "warn" && warnings.push(String(fields["problem"]))),
    ),
    pollMs,
  });
  const running = source.run(ended.signal);
  t.after(async () => {
    ended.abort();
    await running;
    await rm(join(folder, ".."), { recursive: true });
  });
  return { folder, offers, warnings };
}

/** A mounted ConfigMap: the file is a symlink into `..data`, which is a symlink to a dated folder. */
async function mountConfigMap(folder: string, content: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await swapConfigMap(folder, "..2026_11_21_1", content);
  await symlink("..data/node-1", join(folder, "node-1"));
}

async function swapConfigMap(folder: string, dated: string, content: string): Promise<void> {
  await mkdir(join(folder, dated));
  await writeFile(join(folder, dated, "node-1"), content);
  await symlink(dated, join(folder, "..data_tmp"));
  await rename(join(folder, "..data_tmp"), join(folder, "..data"));
}

const named = (name: string) => JSON.stringify([{ name, ptp4lOpts: "-2" }]);
const names = ({ issued }: ConfigOffer) => issued.config.profiles.map(({ name }) => name);

test("the atomic swap of a mounted ConfigMap is seen by its event, long before the poll", async (t) => {
  const { folder, offers } = await bench(t, 60_000, (folder) => mountConfigMap(folder, named("one")));
  await eventually("first offer", () => offers.length === 1);
  await swapConfigMap(folder, "..2026_11_21_2", named("two"));
  await eventually("second offer", () => offers.length === 2, 30_000);
  assert.deepEqual(offers.map(names), [["one"], ["two"]]);
  assert.deepEqual(offers[0]?.issued.config.plugins, ["e810"]);
  assert.match(offers[0]?.issued.revision ?? "", /^[0-9a-f]{16}$/);
  assert.notEqual(offers[0]?.issued.revision, offers[1]?.issued.revision);
});

test("a folder that comes later and is replaced is found by the poll", async (t) => {
  const { folder, offers, warnings } = await bench(t, 50);
  await eventually("problem told", () => warnings.length === 1);
  await mountConfigMap(folder, named("one"));
  await eventually("first offer", () => offers.length === 1);
  await rename(folder, `${folder}.old`);
  await mountConfigMap(folder, named("two"));
  await eventually("second offer", () => offers.length === 2);
  assert.match(warnings[0] ?? "", /no such file: is NODE_NAME right/);
});

test("what cannot be used is told once and changes nothing; the same content is offered once", async (t) => {
  const { folder, offers, warnings } = await bench(t, 30, (folder) => mountConfigMap(folder, named("one")));
  await eventually("first offer", () => offers.length === 1);
  for (const [content, problem] of [
    ["{", /not JSON/],
    ["", /empty: write \[\]/],
    ["7", /expected a list of profiles/],
  ] as const) {
    const told = warnings.length;
    // By rename: one that is being written is empty, which would be told too.
    await writeFile(join(folder, ".new"), content);
    await rename(join(folder, ".new"), join(folder, "..data", "node-1"));
    await eventually(`${content} is told`, () => warnings.length > told);
    assert.match(warnings.at(-1) ?? "", problem);
  }
  await unlink(join(folder, "node-1"));
  await eventually("absence is told", () => warnings.at(-1)?.includes("no such file") ?? false);
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(offers.length, 1);
  assert.equal(warnings.length, 4);
});

test("a lone object without a name is the profile `default`, and a broken one in a list costs only itself", async (t) => {
  const { folder, offers } = await bench(t, 30, (folder) =>
    mountConfigMap(folder, '{"interface":"eth0","ptp4lOpts":"-s"}'),
  );
  await eventually("first offer", () => offers.length === 1);
  await writeFile(join(folder, "node-1"), '[{"name":"b"},{"name":null},{"name":"a","ptp4lOpts":7},{"name":"a2"}]');
  await eventually("second offer", () => offers.length === 2);
  assert.deepEqual(offers.map(names), [["default"], ["a2", "b"]]);
  assert.deepEqual(
    offers[1]?.dropped.map(({ name }) => name),
    ["profile[1]", "a"],
  );
});

test("profiles are taken in the order of a config: by the bytes of their names", async (t) => {
  const names = ["\u{1F600}", "\uFF21", "b", "a"];
  const { offers } = await bench(t, 60_000, (folder) =>
    mountConfigMap(folder, JSON.stringify(names.map((name) => ({ name })))),
  );
  await eventually("offer", () => offers.length === 1);
  assert.deepEqual(
    offers[0]?.issued.config.profiles.map(({ name }) => name),
    ["a", "b", "\uFF21", "\u{1F600}"],
  );
});
