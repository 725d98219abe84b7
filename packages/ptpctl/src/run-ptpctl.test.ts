import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import test from "node:test";
import { runHere, withFiles } from "./testing/run-here.ts";

const commands = ["resolve", "explain", "lint", "render", "diff", "version"];

test("wrong usage ends with 2, an empty stdout and words that name the flag and where to look", async () => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /name a command; see ptpctl --help/],
    [["bogus"], /unknown command "bogus", known are resolve, explain/],
    [["resolv"], /unknown command "resolv", did you mean resolve\?/],
    [["--bogus"], /name a command before --bogus/],
    [["resolve"], /name what to read: -f FILE.*see ptpctl resolve --help/],
    [["resolve", "-f"], /-f needs a value/],
    [["resolve", "-f", ""], /-f needs a path/],
    [["resolve", "-f", "-", "--bogus"], /unknown flag --bogus; see ptpctl resolve --help/],
    [["resolve", "-f", "-", "--bog-us=1"], /unknown flag --bog-us;/],
    [["resolve", "-f", "-", "--nodes", "x"], /unknown flag --nodes, did you mean --node\?/],
    [["resolve", "-f", "-", "-x"], /unknown flag -x/],
    [["render", "-f", "-", "--node", "w", "extra"], /unexpected argument "extra"; see ptpctl render/],
    [["render", "-f", "a", "b", "--node", "w"], /--filename is given 2 times/],
    [["resolve", "-f", "-", "extra"], /cannot read extra: there is no such file/],
    [["diff", "-f", "a", "-", "--configmap", "-"], /-f - and --configmap - both read stdin/],
    [["resolve", "-f", "-", "--node"], /--node needs a value/],
    [["resolve", "-f", "-", "--node", "a", "--node", "b"], /--node is given 2 times/],
    [["resolve", "-f", "-", "-o", "xml"], /--output "xml" is not one of "table", "json"/],
    [["lint", "-f", "-", "--linuxptp", "4.3"], /--linuxptp "4\.3" is not one of "3\.1\.1", "4\.2", "4\.4"/],
    [["explain", "-f", "-", "--node", "a b"], /--node "a b" is no name of a node/],
    [["explain", "-f", "-", "--node", ""], /--node is empty/],
    [["explain", "-f", "-"], /name the node: --node NAME/],
    [["render", "-f", "a", "-f", "b", "--node", "w"], /--filename is given 2 times/],
    [["render", "-f", "-", "--node", "w", "--facts", "-"], /-f - and --facts - both read stdin/],
    [["diff", "-f", "-"], /name the ConfigMap of the existing stack/],
    [["diff", "-f", "-", "--configmap", "-"], /-f - and --configmap - both read stdin/],
  ];
  for (const [argv, message] of cases) {
    const result = await runHere(argv);
    assert.deepEqual([result.exitCode, result.stdout], [2, ""], argv.join(" "));
    assert.match(result.stderr, message);
    assert.match(result.stderr, /^ptpctl: error: [^\n]+\n$/);
  }
});

test("every command has help with an example, and there is a version", async () => {
  for (const command of commands) {
    const { exitCode, stdout, stderr } = await runHere([command, "--help"]);
    assert.deepEqual([exitCode, stderr], [0, ""]);
    assert.ok(stdout.startsWith(`ptpctl ${command}`), stdout);
    if (command !== "version") assert.match(stdout, /\nExamples:\n/);
    assert.ok(stdout.split("\n").every((line) => line.length <= 100));
  }
  const overview = (await runHere(["--help"])).stdout;
  for (const command of commands) assert.ok(overview.includes(`ptpctl ${command} `));
  assert.equal((await runHere(["version"])).stdout, "ptpctl 1.2.3\n");
  assert.equal((await runHere(["--version"])).stdout, "1.2.3\n");
  assert.deepEqual(JSON.parse((await runHere(["version", "-o", "json"])).stdout), { version: "1.2.3" });
});

test("docs/ptpctl.md tells every command and flag", async () => {
  const page = readFileSync(new URL("../../../docs/ptpctl.md", import.meta.url), "utf8");
  for (const command of commands) {
    assert.ok(page.includes(`| \`${command}\``), command);
    const { stdout } = await runHere([command, "--help"]);
    for (const [flag] of stdout.matchAll(/--[a-z][a-z-]+/g)) {
      if (flag !== "--version") assert.ok(page.includes(flag), `${command} ${flag}`);
    }
  }
});

test("a path that cannot be read ends with 2 and is named", async () => {
  await withFiles(
    { "latin1.yaml": "", "big.yaml": "", "empty/readme.txt": "", "odd/.gitkeep": "" },
    async (directory) => {
      writeFileSync(`${directory}/latin1.yaml`, Uint8Array.from([0x61, 0xff, 0xfe]));
      truncateSync(`${directory}/big.yaml`, 4 * 1024 * 1024 + 1);
      execFileSync("mkfifo", [`${directory}/odd/pipe.yaml`]);
      mkdirSync(`${directory}/dangling`);
      symlinkSync(`${directory}/nowhere`, `${directory}/dangling/a.yaml`);
      for (const [path, message] of [
        ["absent.yaml", /cannot read \S+absent\.yaml: there is no such file/],
        ["latin1.yaml", /latin1\.yaml is no UTF-8 text/],
        ["big.yaml", /big\.yaml has more than 4 MiB: split it/],
        ["empty", /empty has no \*\.yaml, \*\.yml or \*\.json/],
        ["odd", /pipe\.yaml is no regular file/],
        ["dangling", /cannot read \S+a\.yaml: there is no such file/],
      ] as const) {
        const result = await runHere(["lint", "-f", `${directory}/${path}`]);
        assert.deepEqual([result.exitCode, result.stdout], [2, ""], path);
        assert.match(result.stderr, message);
      }
    },
  );
  const large = await runHere(["lint", "-f", "-"], `# ${"x".repeat(4 * 1024 * 1024)}`);
  assert.equal(large.exitCode, 2);
  assert.match(large.stderr, /stdin has more than 4 MiB, and only JSON may be as large/);
});

test("standard input may be larger than a file if it is JSON, up to 64 MiB", async () => {
  const items = Array.from({ length: 3 }, (_, at) => ({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: `w${at}`, annotations: { long: "x".repeat(2 * 1024 * 1024) } },
  }));
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  const { exitCode, stdout } = await runHere(["resolve", "-f", "-"], list);
  assert.equal(exitCode, 0);
  assert.match(stdout, /\nw2 /);
  const endless = await runHere(["resolve", "-f", "-"], `[${" ".repeat(64 * 1024 * 1024)}]`);
  assert.equal(endless.exitCode, 2);
  assert.match(endless.stderr, /stdin has more than 64 MiB: split it/);
});

test("messages quote no text around a syntax error, which may be a secret", async () => {
  for (const text of [
    "kind: Secret\nstringData: { k: hunter2\n",
    '{"kind":"Secret","stringData":{"k":"hunter2" oops}}',
  ]) {
    const { exitCode, stdout, stderr } = await runHere(["lint", "-f", "-", "-o", "json"], text);
    assert.equal(exitCode, 1);
    assert.ok(!`${stdout}${stderr}`.includes("hunter2"), stdout);
  }
  const render = await runHere(["render", "-f", "-", "--node", "n"], '["hunter2" oops]');
  assert.equal(render.exitCode, 2);
  assert.ok(!render.stderr.includes("hunter2"), render.stderr);
});

test("an alias bomb is refused, not expanded", async () => {
  const levels = Array.from(
    { length: 12 },
    (_, at) => `l${at}: &l${at} [${`${at === 0 ? "x" : `*l${at - 1}`},`.repeat(9)}]`,
  );
  const { exitCode, stdout } = await runHere(["lint", "-f", "-"], `${levels.join("\n")}\n`);
  assert.equal(exitCode, 1);
  assert.match(stdout, /cannot be parsed: Excessive alias count/);
});
