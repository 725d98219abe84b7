import assert from "node:assert/strict";
import test from "node:test";
import { runHere, runJson, withFiles } from "../testing/run-here.ts";
import { manifest, node, ordinaryClock, ptpConfig, recommend } from "../testing/manifests.ts";

interface RenderJson {
  readonly processes: readonly {
    readonly name: string;
    readonly argv: readonly string[];
    readonly wrapper: readonly string[];
    readonly files: readonly { readonly path: string; readonly content: string }[];
  }[];
  readonly refused?: readonly { readonly profile: string; readonly path: string; readonly reason: string }[];
}

const profiles = JSON.stringify([{ ...ordinaryClock, ptpSchedulingPolicy: "SCHED_FIFO", ptpSchedulingPriority: 10 }]);

test("gives processes with commands and files as on a fresh node", async () => {
  const { result, json } = await renderJson(["-f", "-", "--node", "w1"], profiles);
  assert.deepEqual([result.exitCode, result.stderr], [0, ""]);
  assert.deepEqual(Object.keys(json), ["processes"]);
  const [ptp4l, phc2sys] = json.processes;
  assert.deepEqual(ptp4l, {
    name: "ptp4l",
    argv: ["/usr/sbin/ptp4l", "-f", "/var/run/ptp4l.0.config", "-2", "-s", "-m"],
    wrapper: ["/bin/chrt", "-f", "10"],
    files: [
      {
        path: "/var/run/ptp4l.0.config",
        content: [
          "#profile: oc",
          "",
          "[global]",
          "slaveOnly 1",
          "message_tag [ptp4l.0.config:{level}]",
          "uds_address /var/run/ptp4l.0.socket",
          "summary_interval 1",
          "[ens1f0]",
        ].join("\n"),
      },
    ],
  });
  assert.equal(phc2sys?.name, "phc2sys");
});

test("takes a lone profile, null, and the output of resolve", async () => {
  const lone = await renderJson(["-f", "-", "--node", "w1"], JSON.stringify({ ptp4lOpts: "-2" }));
  assert.match(lone.json.processes[0]?.files[0]?.content ?? "", /^#profile: default\n/);
  assert.deepEqual((await renderJson(["-f", "-", "--node", "w1"], "null")).json, { processes: [] });

  const text = manifest(ptpConfig("a", [ordinaryClock], [recommend("oc", 5, "w1")]), node("w1"));
  const resolved = await runHere(["resolve", "-f", "-", "-o", "json"], text);
  const piped = await renderJson(["-f", "-", "--node", "w1"], resolved.stdout);
  assert.deepEqual(
    piped.json.processes.map(({ name }) => name),
    ["ptp4l", "phc2sys"],
  );
  const other = await runHere(["render", "-f", "-", "--node", "w2"], resolved.stdout);
  assert.deepEqual([other.exitCode, other.stdout], [2, ""]);
  assert.match(other.stderr, /nothing for --node w2; its nodes: w1/);
});

test("--run-ids are kept, others get the smallest free number", async () => {
  const text = JSON.stringify([{ name: "a" }, { name: "b" }, { name: "c" }]);
  const { json } = await renderJson(["-f", "-", "--node", "w1", "--run-ids", "c=0, a=3"], text);
  assert.deepEqual(
    json.processes.map(({ argv }) => argv[2]),
    ["/var/run/ptp4l.3.config", "/var/run/ptp4l.1.config", "/var/run/ptp4l.0.config"],
  );
  for (const [runIds, message] of [
    ["a", /"a" is not <profile>=<number>/],
    ["a=x", /"a=x" is not <profile>=<number>/],
    ["a=-1", /is not <profile>=<number>/],
    ["d=1", /no profile is named "d"/],
    ["a=1,b=1", /gives 1 to a and b/],
    ["a=1,a=2", /names a twice/],
  ] as const) {
    const result = await runHere(["render", "-f", "-", "--node", "w1", "--run-ids", runIds], text);
    assert.deepEqual([result.exitCode, result.stdout], [2, ""], runIds);
    assert.match(result.stderr, message);
  }
});

test("a profile that cannot run is refused with field and reason, the others are rendered", async () => {
  const text = JSON.stringify([
    { name: "unread", ptp4lOpts: 5 },
    { name: "unplanned", ptp4lConf: "[global]\nnoSuchOption 1\n" },
    { name: "good" },
  ]);
  const { result, json } = await renderJson(["-f", "-", "--node", "w1"], text);
  assert.equal(result.exitCode, 1);
  assert.deepEqual(
    json.refused?.map(({ profile, path }) => [profile, path]),
    [
      ["unread", "ptp4lOpts"],
      ["unplanned", "ptp4lConf[global].noSuchOption"],
    ],
  );
  assert.equal(json.processes.length, 1);
  assert.match(result.stderr, /error: refused: unplanned: ptp4lConf\[global\]\.noSuchOption: line 2: /);
});

test("--facts say what the host has; wrong ones name field, value and what was expected", async () => {
  const good = {
    nodeName: "w1",
    programs: { ptp4l: { path: "/opt/ptp4l", version: "4.4" } },
    setprivPath: "/bin/setpriv",
    fifoRefusal: "the capability SYS_NICE is missing",
  };
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [{ ...good, nodeName: "w2" }, /nodeName is w2, but --node is w1/],
    [{ programs: { ptp5l: {} } }, /programs\.ptp5l: unknown field; the fields here are chronyd/],
    [{ programs: { ptp4l: {} } }, /programs\.ptp4l\.path: expected text, got nothing/],
    [{ interfaces: [{ name: "a", phcIndex: -1 }] }, /interfaces\[0\]\.phcIndex: expected a whole number .* got -1/],
    [{ chrtPath: 5 }, /chrtPath: expected text, got 5/],
    [{ fifoRefusal: true }, /fifoRefusal: expected text, got true/],
    [[], /expected an object, got \[\]/],
  ];
  const files = Object.fromEntries(
    [good, ...wrong.map(([facts]) => facts)].map((facts, at) => [`${at}.json`, JSON.stringify(facts)]),
  );
  await withFiles({ ...files, "text.json": "{" }, async (directory) => {
    const argv = ["-f", "-", "--node", "w1", "--facts"];
    const { json } = await renderJson([...argv, `${directory}/0.json`], JSON.stringify([{ name: "a" }]));
    assert.equal(json.processes[0]?.argv[0], "/opt/ptp4l");
    assert.ok(json.processes[0]?.wrapper.includes("/bin/setpriv"));
    for (const [at, [, message]] of wrong.entries()) {
      const result = await runHere(["render", ...argv, `${directory}/${at + 1}.json`], "[]");
      assert.deepEqual([result.exitCode, result.stdout], [2, ""], String(message));
      assert.match(result.stderr, message);
    }
    const notJson = await runHere(["render", ...argv, `${directory}/text.json`], "[]");
    assert.match(notJson.stderr, /--facts .*text\.json is not JSON/);
  });
});

test("what is no profile list is wrong usage", async () => {
  for (const text of ["", "{", "5", '"text"']) {
    const result = await runHere(["render", "-f", "-", "--node", "w1"], text);
    assert.deepEqual([result.exitCode, result.stdout], [2, ""], text);
    assert.match(result.stderr, /^ptpctl: error: -f -/);
  }
});

test("the table shows what to read on a terminal, without control characters", async () => {
  const text = JSON.stringify([{ name: "a\u001b]0;x\u0007", ptp4lConf: "[global]\ndomainNumber\t24\n" }]);
  const { stdout } = await runHere(["render", "-f", "-", "--node", "w1"], text);
  assert.match(stdout, /^=== ptp4l\.0 {2}profile a\\x1b\]0;x\\x07\n\/usr\/sbin\/ptp4l -f /);
  assert.ok(!stdout.includes("\u001b"));
});

async function renderJson(argv: readonly string[], stdin: string) {
  const { result, json } = await runJson(["render", ...argv], stdin);
  return { result, json: json as RenderJson };
}
