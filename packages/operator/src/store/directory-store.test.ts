import { silentLogger } from "@ptp/kit";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { appendFile, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { parse, stringify } from "yaml";
import { createDirectoryStore } from "./directory-store.ts";
import { keyOf, keyText } from "./object-key.ts";
import { storeContract, until } from "./testing/store-contract.ts";

const run = promisify(execFile);
const options = { timeout: 60_000 };

async function directory(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "store-"));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function storeOver(t: TestContext, path: string, quietMs = 50, holdMs = 250) {
  const store = createDirectoryStore({ directory: path, log: silentLogger, pollMs: 200, quietMs, holdMs });
  await store.start(new AbortController().signal);
  t.after(() => store.stop());
  return store;
}

async function replace(path: string, content: string) {
  await writeFile(`${path}.new`, content);
  await rename(`${path}.new`, path);
}

const node = (name: string) => stringify({ apiVersion: "v1", kind: "Node", metadata: { name } });
const config = (name: string, spec: unknown = { profile: [], recommend: [] }) =>
  stringify({ apiVersion: "ptp.openshift.io/v1", kind: "PtpConfig", metadata: { name }, spec });
const documents = (...texts: readonly string[]) => texts.join("---\n");
const names = ({ snapshot }: ReturnType<ReturnType<typeof createDirectoryStore>["state"]>) =>
  snapshot.nodes.map(({ metadata }) => metadata.name);
const problems = ({ problems }: ReturnType<ReturnType<typeof createDirectoryStore>["state"]>) =>
  problems.map(({ source, findings }) => `${source} | ${findings[0]?.path} | ${findings[0]?.message}`);

storeContract("directory", async (t, initial) => {
  const path = await directory(t);
  const fileOf = (name: string) => join(path, `${name.replaceAll("/", ".")}.yaml`);
  for (const document of initial) await writeFile(fileOf(keyText(keyOf(document))), stringify(document));
  const store = await storeOver(t, path);
  return {
    store,
    apply: (document) => replace(fileOf(keyText(keyOf(document))), stringify(document)),
    remove: (key) => rm(fileOf(keyText(key))),
    applyBroken: (name) => replace(fileOf(`PtpConfig/openshift-ptp/${name}`), config(name, { profile: 7 })),
    readStatus: async ({ kind, namespace, name }) => {
      const text = await readFile(join(path, ".status", `${kind}.${namespace}.${name}.yaml`), "utf8").catch(() => "");
      return (parse(text) as { status: unknown } | null)?.status;
    },
  };
});

test("several documents, a List, JSON; hidden, foreign and deeper files are not looked at", options, async (t) => {
  const path = await directory(t);
  await writeFile(join(path, "many.yml"), documents(node("a"), node("b"), "# nothing\n"));
  await writeFile(
    join(path, "list.json"),
    JSON.stringify({ apiVersion: "v1", kind: "List", items: [parse(node("c")) as unknown] }),
  );
  await writeFile(join(path, ".hidden.yaml"), node("x"));
  await writeFile(join(path, "notes.txt"), node("x"));
  await writeFile(
    join(path, "deployment.yaml"),
    stringify({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "d" } }),
  );
  await mkdir(join(path, "deeper"));
  await writeFile(join(path, "deeper", "x.yaml"), node("x"));
  const store = await storeOver(t, path);
  const state = await until(store, () => true);
  assert.deepEqual([names(state).sort(), problems(state)], [["a", "b", "c"], []]);
});

test("a change is announced though waiting for other files ends while its file is read", options, async (t) => {
  const path = await directory(t);
  await writeFile(join(path, "a.yaml"), node("a0"));
  const store = createDirectoryStore({ directory: path, log: silentLogger, pollMs: 200, quietMs: 1, holdMs: 0 });
  await store.start(new AbortController().signal);
  t.after(() => store.stop());
  await until(store, (now) => names(now).join() === "a0");
  for (let round = 1; round <= 20; round++) {
    await replace(join(path, "a.yaml"), `${node(`a${round}`)}# ${"x".repeat(300_000)}\n`);
    await until(store, (now) => names(now).join() === `a${round}`);
  }
});

test("an object that breaks keeps its last good version and is told by path", options, async (t) => {
  const path = await directory(t);
  await writeFile(join(path, "c.yaml"), documents(node("a"), config("c")));
  const store = await storeOver(t, path);
  const good = await until(store, () => true);
  await replace(join(path, "c.yaml"), documents(node("b"), config("c", { profle: [], profile: [], recommend: [] })));
  const state = await until(store, ({ problems }) => problems.length > 0);
  assert.deepEqual(names(state), ["b"]);
  const name = "PtpConfig/openshift-ptp/c";
  assert.equal(state.objects.get(name), good.objects.get(name));
  assert.match(problems(state)[0] ?? "", /^c\.yaml: PtpConfig\/openshift-ptp\/c \| spec\.profle \| .*profile/);
  assert.deepEqual(state.problems[0]?.object, { kind: "PtpConfig", namespace: "openshift-ptp", name: "c" });
});

test("a text that cannot be parsed keeps every object of its file, others go on", options, async (t) => {
  const path = await directory(t);
  await writeFile(join(path, "a.yaml"), documents(node("a"), node("b")));
  const store = await storeOver(t, path);
  await until(store, () => true);
  await replace(join(path, "a.yaml"), "kind: {unclosed\n");
  await replace(join(path, "c.yaml"), node("c"));
  const state = await until(store, (now) => names(now).length === 3 && now.problems.length > 0);
  assert.deepEqual(names(state), ["a", "b", "c"]);
  assert.match(problems(state)[0] ?? "", /^a\.yaml \|  \| cannot be parsed: /);
  await rm(join(path, "a.yaml"));
  const gone = await until(store, (now) => now.problems.length === 0);
  assert.deepEqual(names(gone), ["c"]);
});

test("a parser's message shows nothing of the text", options, async (t) => {
  const path = await directory(t);
  await writeFile(join(path, "a.yaml"), 'data: {"key": c2VjcmV0\n');
  await writeFile(join(path, "b.json"), '{"data": c2VjcmV0}');
  const store = await storeOver(t, path);
  const state = await until(store, () => true);
  assert.equal(state.problems.length, 2);
  assert.doesNotMatch(JSON.stringify(state.problems), /c2VjcmV0/);
});

test("of an object in two files the first by name is used, and both are named", options, async (t) => {
  const path = await directory(t);
  const labelled = (file: string) => stringify({ ...parse(node("a")), metadata: { name: "a", labels: { file } } });
  await writeFile(join(path, "2.yaml"), labelled("2"));
  await writeFile(join(path, "1.yaml"), labelled("1"));
  const store = await storeOver(t, path);
  const state = await until(store, () => true);
  assert.equal(state.snapshot.nodes[0]?.metadata.labels?.["file"], "1");
  assert.deepEqual(problems(state), [
    "2.yaml: Node/a | metadata.name | is defined in 1.yaml and again in 2.yaml; 1.yaml is used: remove one of them",
  ]);
  await rm(join(path, "1.yaml"));
  await until(store, ({ snapshot }) => snapshot.nodes[0]?.metadata.labels?.["file"] === "2");
});

test("an object that moves between files never seems gone", options, async (t) => {
  const path = await directory(t);
  await writeFile(join(path, "a.yaml"), node("a"));
  // A machine that stands still must not part what comes together.
  const store = await storeOver(t, path, 50, 10_000);
  await until(store, () => true);
  const seen: number[] = [];
  store.subscribe(() => void seen.push(store.state().snapshot.nodes.length));
  await rename(join(path, "a.yaml"), join(path, "b.yaml"));
  while (seen.length === 0) await setTimeout(10);
  await setTimeout(300);
  assert.deepEqual([...new Set(seen)], [1]);
});

test("a file is not taken while it is being written", options, async (t) => {
  const path = await directory(t);
  // Far longer than a machine may stand still between two writes.
  const store = await storeOver(t, path, 4_000);
  const text = documents(...Array.from({ length: 20 }, (_, index) => node(`n${index}`)));
  const seen = new Set<number>();
  store.subscribe(() => void seen.add(store.state().snapshot.nodes.length));
  for (let at = 0; at < text.length; at += 50) {
    await appendFile(join(path, "a.yaml"), text.slice(at, at + 50));
    await setTimeout(10);
  }
  await until(store, ({ snapshot }) => snapshot.nodes.length === 20);
  assert.deepEqual([...seen], [20]);
});

test("a file that never comes to rest does not hold others back", options, async (t) => {
  const path = await directory(t);
  const store = await storeOver(t, path);
  const writing = setInterval(() => void appendFile(join(path, "busy.yaml"), "# more\n"), 20);
  t.after(() => clearInterval(writing));
  await setTimeout(100);
  await writeFile(join(path, "a.yaml"), node("a"));
  await until(store, ({ snapshot }) => snapshot.nodes.length === 1);
  clearInterval(writing);
});

test("a file of 5 MiB, a pipe, a directory and another encoding are told; the rest is read", options, async (t) => {
  const path = await directory(t);
  await writeFile(join(path, "big.yaml"), "#".repeat(5 * 1024 * 1024));
  await mkdir(join(path, "dir.yaml"));
  await symlink("/nonexistent", join(path, "link.yaml"));
  await run("mkfifo", [join(path, "pipe.yaml")]);
  await writeFile(join(path, "latin1.yaml"), Buffer.from([0xe9, 0x0a]));
  await writeFile(join(path, "ok.yaml"), node("a"));
  const store = await storeOver(t, path);
  const state = await until(store, ({ snapshot }) => snapshot.nodes.length === 1);
  assert.deepEqual(
    problems(state).map((text) => text.split(" | ")[0]),
    ["big.yaml", "dir.yaml", "latin1.yaml", "pipe.yaml"],
  );
  assert.match(problems(state)[0] ?? "", /has 5242880 bytes; at most 4194304 are read: split it/);
});

test("aliases that expand without end are refused", options, async (t) => {
  const path = await directory(t);
  const levels = Array.from({ length: 12 }, (_, level) =>
    level === 0 ? "l0: &l0 [x]" : `l${level}: &l${level} [${`*l${level - 1},`.repeat(9)}]`,
  );
  await writeFile(join(path, "bomb.yaml"), levels.join("\n"));
  const store = await storeOver(t, path);
  const state = await until(store, () => true);
  assert.match(problems(state)[0] ?? "", /Excessive alias count/);
});

test("a link swapped as a mounted ConfigMap does it is seen", options, async (t) => {
  const path = await directory(t);
  for (const version of ["1", "2"]) {
    await mkdir(join(path, `..v${version}`));
    await writeFile(join(path, `..v${version}`, "a.yaml"), node(`n${version}`));
  }
  await symlink("..v1", join(path, "..data"));
  await symlink("..data/a.yaml", join(path, "a.yaml"));
  const store = await storeOver(t, path);
  await until(store, (state) => names(state)[0] === "n1");
  await symlink("..v2", join(path, "..data_tmp"));
  await rename(join(path, "..data_tmp"), join(path, "..data"));
  await until(store, (state) => names(state)[0] === "n2");
});

test("a directory that goes away keeps its objects and is read again when it is back", options, async (t) => {
  const parent = await directory(t);
  const path = join(parent, "d");
  await mkdir(path);
  await writeFile(join(path, "a.yaml"), node("a"));
  const store = await storeOver(t, path);
  await until(store, () => true);
  await rename(path, join(parent, "away"));
  const state = await until(store, (now) => now.problems.length > 0);
  assert.deepEqual(names(state), ["a"]);
  assert.match(problems(state)[0] ?? "", /cannot be read, the objects read before stay: ENOENT/);
  await mkdir(path);
  await writeFile(join(path, "b.yaml"), node("b"));
  await until(store, (now) => now.problems.length === 0 && names(now).join() === "b");
});

test("no directory at start is an error with the remedy", options, async () => {
  const store = createDirectoryStore({ directory: "/nonexistent", log: silentLogger });
  await assert.rejects(store.start(new AbortController().signal), {
    kind: "invalid",
    message: "--directory /nonexistent is not a directory: create it, or name another one",
  });
});

test("a generation counts on after a restart, and an interrupted write leaves nothing", options, async (t) => {
  const path = await directory(t);
  const key = { kind: "PtpConfig", namespace: "openshift-ptp", name: "c" } as const;
  await writeFile(join(path, "c.yaml"), config("c"));
  const first = createDirectoryStore({ directory: path, log: silentLogger });
  await first.start(new AbortController().signal);
  await until(first, () => true);
  await replace(join(path, "c.yaml"), config("c", { profile: [{ name: "p" }], recommend: [] }));
  const generation = (state: ReturnType<typeof first.state>) => state.objects.get(keyText(key))?.metadata.generation;
  await until(first, (state) => generation(state) === 2);
  await first.writeStatus(key, { observedGeneration: 2 });
  await first.stop();
  await writeFile(join(path, ".status", ".abc.tmp"), "half");
  const second = await storeOver(t, path);
  const state = await until(second, () => true);
  assert.equal(generation(state), 2);
  assert.deepEqual(second.statusOf(key), { observedGeneration: 2 });
  assert.deepEqual(await readdir(join(path, ".status")), ["PtpConfig.openshift-ptp.c.yaml"]);
});

test(
  "a broken object that never was good contributes what is sound in it, until a good version comes",
  options,
  async (t) => {
    const path = await directory(t);
    const spec = (...profile: readonly unknown[]) => ({ profile, recommend: [] });
    await writeFile(join(path, "c.yaml"), config("c", spec({ name: "good" }, { name: "bad", ptp4lOpts: 7 })));
    const store = await storeOver(t, path);
    const broken = await until(store, () => true);
    assert.equal(broken.problems.length, 1);
    assert.equal(broken.snapshot.ptpConfigs.length, 1);
    await replace(join(path, "c.yaml"), config("c", spec({ name: "good" })));
    await until(store, ({ problems }) => problems.length === 0);
  },
);

test("an unchanged status is not written again", options, async (t) => {
  const path = await directory(t);
  await writeFile(join(path, "c.yaml"), config("c"));
  const store = await storeOver(t, path);
  await until(store, () => true);
  const key = { kind: "PtpConfig", namespace: "openshift-ptp", name: "c" } as const;
  const inode = async () => (await stat(join(path, ".status", "PtpConfig.openshift-ptp.c.yaml"))).ino;
  await store.writeStatus(key, { observedGeneration: 1 });
  const before = await inode();
  await store.writeStatus(key, { observedGeneration: 1 });
  assert.equal(await inode(), before);
});

test("a full disk costs the status, not the store", options, async (t) => {
  if (process.getuid?.() !== 0) return t.skip("needs root to mount a small tmpfs");
  const path = await mkdtemp(join(tmpdir(), "store-"));
  await mkdir(join(path, ".status"));
  try {
    await run("mount", ["-t", "tmpfs", "-o", "size=16k", "tmpfs", join(path, ".status")]);
  } catch (error) {
    return t.skip(`cannot mount a tmpfs here: ${String(error)}`);
  }
  t.after(async () => {
    await run("umount", [join(path, ".status")]);
    await rm(path, { recursive: true });
  });
  await writeFile(join(path, "c.yaml"), config("c"));
  const store = await storeOver(t, path);
  await until(store, () => true);
  const key = { kind: "PtpConfig", namespace: "openshift-ptp", name: "c" } as const;
  await assert.rejects(store.writeStatus(key, { notes: "x".repeat(64 * 1024) }), {
    kind: "transient",
    message: /ENOSPC/,
  });
  assert.deepEqual(await readdir(join(path, ".status")), []);
  await store.writeStatus(key, { observedGeneration: 1 });
  assert.deepEqual(store.statusOf(key), { observedGeneration: 1 });
});
