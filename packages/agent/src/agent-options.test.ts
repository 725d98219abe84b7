import assert from "node:assert/strict";
import { test } from "node:test";
import { readCommandLine, type AgentOptions } from "./agent-options.ts";

function optionsOf(argv: readonly string[], env: Readonly<Record<string, string>> = { NODE_NAME: "n" }): AgentOptions {
  const command = readCommandLine(argv, env);
  assert.equal(command.kind, "run", command.kind === "usage" ? command.message : "");
  assert.ok(command.kind === "run");
  return command.options;
}

test("without flags an agent reads the folder of the existing stack", () => {
  assert.deepEqual(optionsOf([], { NODE_NAME: "n", PLUGINS: "e830, e810" }), {
    nodeName: "n",
    source: { kind: "file", folder: "/etc/linuxptp" },
    stateDirectory: "/var/lib/ptp-agent",
    programPath: ["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin"],
    hostRootPath: "/",
    metricsBind: { port: 9091 },
    probeBind: { port: 8081 },
    events: {
      isForced: false,
      apiPort: 9043,
      userId: 65_533,
      allowLoopback: false,
      allowedNetworks: [],
      ownMutations: false,
    },
    plugins: ["e810", "e830"],
    recordBytes: 4_194_304,
    debug: false,
    ignored: [],
  });
});

test("flags are read in all the forms that manifests of the existing daemon have", () => {
  const former = ["-alsologtostderr", "-v=4", "--update-interval", "30", "--use-controller=false"];
  const options = optionsOf([...former, "--metrics-bind-address=[::1]:1", "--node-name", "m"]);
  assert.deepEqual(options.ignored, ["update-interval", "alsologtostderr"]);
  assert.deepEqual([options.debug, options.nodeName, options.metricsBind], [true, "m", { host: "::1", port: 1 }]);
  assert.equal(optionsOf(["-v", "4", "-v", "1"]).debug, false);
});

const wrong: readonly (readonly [readonly string[], RegExp])[] = [
  [["--v", "many"], /--v many: write a number/],
  [["--use-controller=maybe"], /--use-controller=maybe: write true or false/],
  [["--operator"], /Not enough arguments following: --operator/],
  [["stray"], /Unknown argument: stray/],
  [["--constructor"], /Unknown argument: --constructor/],
  [["-x"], /Unknown argument: --x/],
  [["--node-name", ".."], /is not a node's name/],
];
for (const [argv, message] of wrong) {
  test(`${argv.join(" ")} cannot be used, and it is said why`, () => {
    const command = readCommandLine(argv, { NODE_NAME: "n" });
    assert.ok(command.kind === "usage", command.kind);
    assert.match(command.message, message);
  });
}

test("over a network an agent proves itself by its pod's token, or by a certificate", () => {
  const base = ["--operator", "h:1", "--operator-ca", "ca"];
  const session = { kind: "session", operator: "h:1" };
  const byToken = { ...session, tls: { caPath: "ca", tokenPath: "t" } };
  assert.deepEqual(optionsOf([...base, "--token-file", "t"]).source, byToken);
  const certificate = ["--operator-cert", "c", "--operator-key", "k"];
  const byCertificate = { ...session, tls: { caPath: "ca", certPath: "c", keyPath: "k" } };
  assert.deepEqual(optionsOf([...base, ...certificate]).source, byCertificate);
  const command = readCommandLine(["--operator", "h:1", "--token-file", "t"], { NODE_NAME: "n" });
  assert.deepEqual(command, {
    kind: "usage",
    message: "--operator h:1 goes over a network: give --operator-ca too",
  });
});

test("controller mode takes what the pod of the existing daemon has", () => {
  const env = { NODE_NAME: "n", NAME_SPACE: "ns", KUBECONFIG: "/k", WATCH_NAMESPACE: "a,b" };
  const flags = ["--use-controller=true", "--enable-ptpconfig-controller=true", "--update-interval=30"];
  const options = optionsOf(flags, env);
  assert.deepEqual(options.ignored, ["update-interval", "enable-ptpconfig-controller"]);
  assert.deepEqual(options.source, {
    kind: "controller",
    controller: {
      userId: 65_532,
      namespace: "ns",
      kubeconfig: "/k",
      watchNamespaces: "a,b",
      probeBind: { port: 8082 },
    },
  });
  const message = (argv: readonly string[]): string => {
    const command = readCommandLine(argv, env);
    return command.kind === "usage" ? command.message : command.kind;
  };
  assert.match(message(["--use-controller", "--operator", "unix:/x"]), /brings an operator of its own/);
  assert.match(message(["--enable-ptpconfig-controller"]), /give --use-controller=true/);
  for (const text of ["0", "1e0.5", "abc", "0x0", "1.50"]) {
    const refused = message(["--use-controller", "--operator-user", text]);
    assert.ok(refused.startsWith(`--operator-user ${text}: write a`), refused);
    assert.ok(message(["--event-user", text]).startsWith(`--event-user ${text}: write a`));
  }
});

test("metrics are served by HTTPS where a certificate and its key are given", () => {
  const { metricsTls } = optionsOf([
    "--metrics-tls-cert",
    "c",
    "--metrics-tls-key",
    "k",
    "--metrics-tls-client-ca",
    "a",
  ]);
  assert.deepEqual(metricsTls, { certPath: "c", keyPath: "k", clientCaPath: "a" });
  const command = readCommandLine(["--metrics-tls-cert", "c"], { NODE_NAME: "n" });
  assert.match(command.kind === "usage" ? command.message : "", /need both --metrics-tls-cert and --metrics-tls-key/);
});

test("consumers on the loopback are allowed by themselves where the operator is behind a socket of this host", () => {
  const allowed = (...flags: readonly string[]): boolean | undefined => {
    const command = readCommandLine(["--node-name", "w1", ...flags], {});
    return command.kind === "run" ? command.options.events.allowLoopback : undefined;
  };
  assert.equal(allowed("--operator", "unix:/run/x.sock"), true);
  assert.equal(allowed("--operator", "unix:/run/x.sock", "--event-allow-loopback=false"), false);
  assert.equal(allowed("--event-allow-loopback"), true);
  assert.equal(allowed("--use-controller"), false);
  const refused = readCommandLine(["--node-name", "w1", "--event-allow-networks", "10.0.0.0/33"], {});
  assert.equal(refused.kind, "usage");
});

test("tokens of consumers need an operator that knows them and HTTPS; what is missing is told at the start", () => {
  const inCluster = ["--operator", "o:1", "--operator-ca", "a", "--token-file", "t"];
  const https = ["--event-tls-cert", "c", "--event-tls-key", "k"];
  const read = (...flags: readonly string[]) => readCommandLine(["--node-name", "w1", ...flags], {});
  const tokens = (...flags: readonly string[]) => {
    const command = read(...flags);
    return command.kind === "run" ? command.options.events.tokens : command;
  };
  assert.equal(tokens(...inCluster, ...https), undefined);
  assert.deepEqual(tokens(...inCluster, ...https, "--event-tokens"), { subjects: [] });
  assert.deepEqual(tokens(...inCluster, ...https, "--event-tokens", "--event-token-subjects", "a, b:*"), {
    subjects: ["a", "b:*"],
  });
  const message = (...flags: readonly string[]): string => {
    const command = read("--event-tokens", ...flags);
    return command.kind === "usage" ? command.message : command.kind;
  };
  const certificates = ["--operator", "o:1", "--operator-ca", "a", "--operator-cert", "c", "--operator-key", "k"];
  for (const without of [[], ["--operator", "unix:/run/x.sock"], certificates, ["--use-controller"]]) {
    assert.match(
      message(...https, ...without),
      /this agent has none: .*--token-file, or use certificates: --event-tls-client-ca/,
    );
  }
  assert.match(message(...inCluster), /by plain HTTP others could read them: give --event-tls-cert/);
  assert.match(message("--event-tokens=false", "--event-token-subjects", "a"), /give --event-tokens too/);
});

test("a replay takes the place of programs; its speed and the ring have sizes", () => {
  const argv = [
    "--replay",
    "-",
    "--node",
    "w1",
    "--linuxptp-profile-path",
    "/p",
    "--speed",
    "0",
    "--record-bytes",
    "0",
  ];
  const command = readCommandLine(argv, {});
  assert.equal(command.kind, "run");
  if (command.kind !== "run") return;
  const { nodeName, replay, recordBytes } = command.options;
  assert.deepEqual(
    { nodeName, replay, recordBytes },
    { nodeName: "w1", replay: { source: { path: "-", speed: 0 }, profileFolder: "/p" }, recordBytes: 0 },
  );
  for (const [flag, value] of [
    ["--speed", "-1"],
    ["--record-bytes", "-1"],
    ["--replay", ""],
  ] as const) {
    const wrong = readCommandLine([...argv, flag, value], {});
    assert.match(wrong.kind === "usage" ? wrong.message : "", new RegExp(flag));
  }
});
