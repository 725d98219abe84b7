import assert from "node:assert/strict";
import test from "node:test";
import type { NodeProfile } from "@ptp/node";
import { defaultHostFacts } from "./default-host-facts.ts";
import { toRenderOutput } from "./render-output.ts";
import { configOf, contentOf, factsWith, lineOf, planOf, processOf, refusalOf } from "./testing/plan-fixtures.ts";

const oc: NodeProfile = { name: "oc", ptp4lConf: "[ens1f0]\n[global]\nslaveOnly 1\ndomainNumber 0x18" };

test("a profile that cannot be planned is refused alone, with field, line and remedy", () => {
  const cases: readonly (readonly [change: Partial<NodeProfile>, path: string, reason: RegExp])[] = [
    [{ ptp4lConf: "[global]\ndomainNumber 24\nslaveOnly 2" }, "ptp4lConf[global].slaveOnly", /^line 3: .*0 or 1/],
    [
      { ptp4lConf: "[global]\nlogSyncIntervall 0" },
      "ptp4lConf[global].logSyncIntervall",
      /^line 2: .*logSyncInterval\?/,
    ],
    [{ ptp4lConf: "[global\nslaveOnly 1" }, "ptp4lConf", /^line 1: .*closing bracket/],
    [{ ptp4lOpts: "-2 --slaveOnly=maybe" }, "ptp4lOpts", /slaveOnly "maybe"/],
    [{ ptp4lOpts: "--uds_address /tmp/x" }, "ptp4lOpts", /management socket.*remove it/],
    [{ ptp4lOpts: "--uds_add /tmp/x" }, "ptp4lOpts", /management socket.*remove it/],
    [{ ptp4lOpts: "-2 \0" }, "ptp4lOpts", /NUL character.*remove it/],
    [{ chronydOpts: "-d\0" }, "chronydOpts", /NUL character/],
    [{ interface: "ens\0" }, "interface", /cannot be the name of a network interface/],
    [{ phc2sysOpts: "-a -r -y" }, "phc2sysOpts", /no option -y/],
    [{ interface: "ens1f0]\n[global" }, "interface", /cannot be the name of a network interface/],
    [{ plugins: { e811: {} } }, "plugins[e811]", /no plugin "e811".*e810/],
    [{ phc2sysOpts: "-a -r", ptpSettings: { haProfiles: "x, y" } }, "ptpSettings[haProfiles]", /none of x, y/],
    [
      { ts2phcOpts: " ", ts2phcConf: "[global]\nts2phc.nmea_serialport ../x", ptpSettings: { clockType: "T-GM" } },
      "ts2phcConf[global].ts2phc.nmea_serialport",
      /not the path of a receiver/,
    ],
  ];
  for (const [change, path, reason] of cases) {
    const runPlan = planOf([{ ...oc, name: "bad", ...change }, oc]);
    const refusal = refusalOf(runPlan, "bad");
    assert.equal(refusal.path, path);
    assert.match(refusal.reason, reason);
    assert.deepEqual(
      runPlan.processes.map(({ profile }) => profile),
      ["oc"],
      path,
    );
  }
});

test("a missing program names where it was searched and what to do", () => {
  const { phc2sys: _, ...programs } = defaultHostFacts("node1").programs;
  const facts = { ...defaultHostFacts("node1"), programs, searchedFolders: ["/opt/ptp", "/usr/sbin"] };
  const runPlan = planOf([{ ...oc, phc2sysOpts: "-a -r" }], { facts });
  assert.deepEqual(refusalOf(runPlan, "oc"), {
    name: "oc",
    outcome: "refused",
    path: "phc2sysOpts",
    reason:
      "phc2sys is not installed on node1 (searched /opt/ptp, /usr/sbin): install it or remove phc2sysOpts from the profile",
  });
  assert.deepEqual(runPlan.processes, []);
});

test("of two profiles with one name the first is planned", () => {
  const runPlan = planOf([oc, { ...oc, ptp4lConf: "[ens9f9]" }]);
  assert.deepEqual(
    runPlan.outcomes.map(({ outcome }) => outcome),
    ["applied", "refused"],
  );
  assert.match(contentOf(runPlan, "ptp4l.0"), /ens1f0/);
  assert.equal(runPlan.processes.length, 1);
});

test("an option that this linuxptp lacks is refused; where the build is not known it is noted", () => {
  const profile = { ...oc, ptp4lConf: `${oc.ptp4lConf}\nallow_unauth 1` };
  assert.match(refusalOf(planOf([profile]), "oc").reason, /since linuxptp 4\.4/);
  const vendor = { ...oc, ptp4lConf: `${oc.ptp4lConf}\nhouse_option 1` };
  const unknown = planOf([vendor], { facts: factsWith({ ptp4l: { path: "/opt/ptp4l" } }) });
  assert.equal(unknown.outcomes[0]?.outcome, "applied");
  assert.match(unknown.notices?.[0]?.message ?? "", /house_option/);
  const patched = { path: "/opt/ptp4l", version: "4.2", extraOptions: ["house_option"] };
  assert.deepEqual(planOf([vendor], { facts: factsWith({ ptp4l: patched }) }).notices, []);
  assert.match(refusalOf(planOf([vendor]), "oc").reason, /house_option/);
});

test("a ptp4l is described to its observers", () => {
  const profile: NodeProfile = {
    name: "bc",
    ptp4lOpts: "-2 -i eth5 --domainNumber=44",
    ptp4lConf: "[eth0]\nmasterOnly 0\n[global]\ndomainNumber 24\n[eth1]\nmasterOnly 1",
  };
  const runPlan = planOf([profile], { runIds: { bc: 7 } });
  assert.deepEqual(runPlan.ptp4lInstances, [
    {
      key: "ptp4l.7",
      profile: "bc",
      configName: "ptp4l.7.config",
      socketPath: "/var/run/ptp4l.7.socket",
      domainNumber: 44,
      clockType: "BC",
      interfaces: ["eth5", "eth0", "eth1"],
    },
  ]);
  const { readiness, sockets } = processOf(runPlan, "ptp4l.7");
  assert.deepEqual(readiness, { kind: "management", socketPath: "/var/run/ptp4l.7.socket", domainNumber: 44 });
  assert.deepEqual(sockets, ["/var/run/ptp4l.7.socket"]);
  assert.equal(planOf([oc]).ptp4lInstances[0]?.domainNumber, 24);
});

test("flags are recognised as options, not as parts of words", () => {
  const lines = [
    ["-2 --max_frequency 100", "-2 --max_frequency 100 -m"],
    ["-qm", "-qm"],
    ["-i ens-m0", "-i ens-m0 -m"],
    ["  -2\t -s ", "-2 -s -m"],
  ] as const;
  for (const [opts, expected] of lines) {
    const line = lineOf(processOf(planOf([{ ...oc, ptp4lOpts: opts }]), "ptp4l.0"));
    assert.equal(line, `/usr/sbin/ptp4l -f /var/run/ptp4l.0.config ${expected}`);
  }
  const phc2sys = processOf(planOf([{ ...oc, phc2sysOpts: "-arm -u0" }]), "phc2sys.0");
  assert.equal(lineOf(phc2sys), "/usr/sbin/phc2sys -f /var/run/phc2sys.0.config -arm -u0");
});

test("an empty ptp4lOpts suppresses ptp4l, an absent one does not; phc2sys alone starts at once", () => {
  const only = planOf([{ name: "p", ptp4lOpts: "", phc2sysOpts: "-s ens1f0 -O -37" }]);
  assert.deepEqual(
    only.processes.map(({ key, startCondition }) => [key, startCondition.kind]),
    [["phc2sys.0", "at-once"]],
  );
  assert.equal(processOf(only, "phc2sys.0").configName, "ptp4l.0.config");
});

test("a phc2sys over several profiles has their sockets, its own tag and no socket of its own", () => {
  const ha: NodeProfile = {
    name: "a-ha",
    ptp4lOpts: "",
    phc2sysOpts: "-a -r -m -l 7 -n 24 ",
    ptpSettings: { haProfiles: "cr_bc2,cr_bc1,cr_gone" },
  };
  const conf = "[global]\nslaveOnly 1\ndomainNumber 24\n";
  const profiles = [
    ha,
    { name: "cr_bc1", ptp4lConf: `${conf}[ens1f0]`, phc2sysOpts: "-s ens1f0 -w" },
    { name: "cr_bc2", ptp4lConf: `${conf}[ens2f0]` },
  ];
  const runPlan = planOf(profiles);
  const spec = processOf(runPlan, "phc2sys.1");
  assert.equal(
    lineOf(spec),
    "/usr/sbin/phc2sys -f /var/run/phc2sys.1.config -a -r -m -l 7 -n 24 -u 1 -z /var/run/ptp4l.0.socket -z /var/run/ptp4l.2.socket",
  );
  assert.equal(contentOf(runPlan, "phc2sys.1"), "#profile: a-ha\n\n[global]\nmessage_tag [phc2sys.1.config:{level}]");
  assert.equal(spec.configName, "phc2sys.1.config");
  assert.deepEqual(spec.startCondition, {
    kind: "offset-below",
    processes: ["ptp4l.0", "ptp4l.2"],
    limitNs: 1_000_000_000,
  });
  assert.deepEqual(spec.readAtStart, ["ptp4l.0 domain 24 ports ens2f0", "ptp4l.2 domain 24 ports ens1f0"]);
  // It comes after both, although one of them sorts after it.
  assert.deepEqual(
    runPlan.processes.map(({ key }) => key),
    ["ptp4l.0", "ptp4l.2", "phc2sys.1", "phc2sys.2"],
  );
  assert.match(runPlan.notices?.map(({ message }) => message).join() ?? "", /cr_gone is not among the profiles/);
});

test("the death signal stands before the priority, also for gpsd and gpspipe", () => {
  const gm: NodeProfile = {
    name: "gm",
    ts2phcOpts: " ",
    ts2phcConf: "[global]\nts2phc.nmea_serialport /dev/ttyACM0 \nleapfile /x",
    ptp4lConf: "[ens1f0]\nmasterOnly 1",
    ptpSchedulingPolicy: "SCHED_FIFO",
    ptpSchedulingPriority: 10,
  };
  const runPlan = planOf([gm], { facts: { ...defaultHostFacts("node1"), setprivPath: "/usr/bin/setpriv" } });
  const wrapper = "/usr/bin/setpriv --pdeathsig KILL /bin/chrt -f 10";
  assert.deepEqual(
    runPlan.processes.map((spec) => lineOf(spec)),
    [
      `${wrapper} /usr/local/sbin/gpsd -p -n -S 2947 -G -N /dev/ttyACM0`,
      `${wrapper} /usr/local/bin/gpspipe -v -R -l -o /gpsd/data`,
      `${wrapper} /usr/sbin/ts2phc -f /var/run/ts2phc.0.config --ts2phc.holdover 14400 --servo_offset_threshold 1500 --servo_num_offset_values 10`,
      `${wrapper} /usr/sbin/ptp4l -f /var/run/ptp4l.0.config -m`,
    ],
  );
  assert.deepEqual(processOf(runPlan, "gpspipe.0").fifos, ["/gpsd/data"]);
  assert.deepEqual(processOf(runPlan, "ts2phc.0").dependsOn, ["gpsd.0", "gpspipe.0"]);
  assert.match(contentOf(runPlan, "ts2phc.0"), /nmea_serialport \/gpsd\/data\nleapfile \/etc\/leap\/node1\n/);
  assert.match(lineOf(processOf(planOf([{ ...gm, ts2phcConf: "" }]), "gpsd.0")), / -N \/dev\/gnss0$/);
});

test("holdover options are left out where the user or the release says so", () => {
  const gm: NodeProfile = {
    name: "gm",
    ptp4lOpts: "",
    ts2phcOpts: "--servo_num_offset_values 5",
    ptpSettings: { clockType: "T-GM" },
  };
  const facts = factsWith({ ts2phc: { path: "/usr/sbin/ts2phc", version: "4.2" } });
  const line = lineOf(processOf(planOf([gm], { facts }), "ts2phc.0"));
  assert.match(line, /config --servo_num_offset_values 5 --servo_offset_threshold 1500$/);
  const inConf = { ...gm, ts2phcConf: "[global]\nservo_offset_threshold 7" };
  assert.doesNotMatch(lineOf(processOf(planOf([inConf]), "ts2phc.0")), /servo_offset_threshold/);
});

test("a ts2phc without a receiver of its own keeps the serial port somebody wrote", () => {
  const bc: NodeProfile = {
    name: "bc",
    ptp4lConf: "[ens1f0]\nmasterOnly 0\n[ens1f1]",
    ts2phcOpts: "-s nmea",
    ts2phcConf: "[global]\nts2phc.nmea_serialport /dev/ttyS0",
  };
  const runPlan = planOf([bc]);
  assert.deepEqual(
    runPlan.processes.map(({ key }) => key),
    ["ts2phc.0", "ptp4l.0"],
  );
  assert.match(contentOf(runPlan, "ts2phc.0"), /nmea_serialport \/dev\/ttyS0\n/);
});

test("chronyd keeps flags, gets its socket, stays in the foreground and writes there", () => {
  const profile: NodeProfile = {
    name: "ntp",
    interface: "ens1f0",
    ptp4lOpts: "",
    chronydOpts: "-4",
    chronydConf: "# pool\nserver 10.0.0.1 iburst\nrtcsync\nbindcmdaddress /x\n",
  };
  const runPlan = planOf([profile]);
  assert.equal(
    contentOf(runPlan, "chronyd.0"),
    "#profile: ntp\n\n\nserver 10.0.0.1 iburst\nrtcsync\nbindcmdaddress /tmp/chrony/chronyd.sock",
  );
  assert.equal(lineOf(processOf(runPlan, "chronyd.0")), "/usr/sbin/chronyd -f /var/run/chronyd.0.config -4 -d");
  for (const [chronydOpts, words] of [
    ["-d", "-d"],
    ["-xd", "-xd"],
    ["-n", "-n -d"],
  ] as const)
    assert.match(lineOf(processOf(planOf([{ ...profile, chronydOpts }]), "chronyd.0")), new RegExp(`config ${words}$`));
});

test("timemaster has a folder of its own and prints what it says", () => {
  const profile: NodeProfile = {
    name: "tm",
    ptp4lOpts: "",
    timemasterOpts: "-q",
    timemasterConf: "[ptp_domain 0]\ninterfaces eth0\n[chrony.conf]\nrtcsync\n[timemaster]\nntp_program chronyd",
  };
  const runPlan = planOf([profile], { runIds: { tm: 3 } });
  assert.equal(lineOf(processOf(runPlan, "timemaster.3")), "/usr/sbin/timemaster -f /var/run/timemaster.3.conf -q -m");
  assert.equal(
    contentOf(runPlan, "timemaster.3"),
    "#profile: tm\n\n[ptp_domain 0]\ninterfaces eth0\n[chrony.conf]\nrtcsync\n[timemaster]\nntp_program chronyd\nrundir /var/run/timemaster.3",
  );
});

test("each synce4l device gets the identity of its own interface", () => {
  const profile: NodeProfile = {
    name: "se",
    ptp4lOpts: "",
    interface: "ens9f0",
    synce4lOpts: " -m",
    synce4lConf:
      "[global]\nmessage_tag [synce4l]\n[<a>]\nclock_id\n[{GNSS}]\n[ens7f0]\n[<b>]\nnetwork_option 2\n[ens2f0]\n[ens2f1]\n[<c>]\nclock_id 9\n[ens7f0]\n[<d>]\n[ens3f0]",
    ptpSettings: {
      "clockId[ens7f0]": "5799633565432596414",
      "clockId[ens2f1]": "18446744073709551615",
      "clockId[ens3f0]": "18446744073709551616",
    },
  };
  const runPlan = planOf([profile]);
  assert.equal(
    contentOf(runPlan, "synce4l.0"),
    "#profile: se\n\n[global]\nmessage_tag [synce4l.0.config]\n[<a>]\nclock_id 5799633565432596414\n[{GNSS}]\n[ens7f0]\n[<b>]\nnetwork_option 2\nclock_id 18446744073709551615\n[ens2f0]\n[ens2f1]\n[<c>]\nclock_id 9\n[ens7f0]\n[<d>]\n[ens3f0]",
  );
  assert.equal(lineOf(processOf(runPlan, "synce4l.0")), "/usr/sbin/synce4l -f /var/run/synce4l.0.config -m");
  assert.match(runPlan.notices?.map(({ path }) => path).join() ?? "", /synce4lConf\[<d>\]\.clock_id/);
});

test("hardware that is not set yet is told, shared interfaces are noted, and both profiles run", () => {
  const tgm: NodeProfile = { ...oc, name: "tgm", plugins: { e810: {} }, ptpSettings: { clockType: "T-GM" } };
  const hardware = [{ name: "hw", profile: "tgm", hardwareProfile: {} }];
  const runPlan = planOf([], { config: configOf([oc, tgm], { hardware }) });
  assert.deepEqual(runPlan.hardwareUnsupported, [
    { profile: "tgm", needs: ["plugins[e810]", "HardwareConfig hw", "ptpSettings[clockType] T-GM"] },
  ]);
  assert.deepEqual(runPlan.notices, [
    { profile: "tgm", path: "ptp4lConf", message: "interface ens1f0 is also used by profile oc" },
  ]);
  assert.equal(runPlan.processes.length, 2);
});

test("aliases follow the clocks of the interfaces in use", () => {
  const facts = {
    ...defaultHostFacts("node1"),
    interfaces: [
      { name: "ens1f0", phcIndex: 0 },
      { name: "ens1f1", phcIndex: 0 },
      { name: "ens2f0", phcIndex: 1 },
      { name: "unused0", phcIndex: 1 },
    ],
  };
  const profile = { ...oc, ptp4lConf: "[ens1f0]\n[ens1f1]\n[ens2f0]" };
  assert.deepEqual(planOf([profile], { facts }).aliasByInterface, {
    ens1f0: "ens1fx",
    ens1f1: "ens1fx",
    ens2f0: "ens2fx",
  });
});

test("keys travel in a file for root alone and are not shown", () => {
  const content = new TextEncoder().encode("[security_association]\nspp 3\nseqnum_window 0\n1 SHA256 32 HEX:00\n");
  const conf = (spp: number): string => `[global]\nsa_file /etc/ptp-secret-mount/keys/ptp.conf\n[ens1f0]\nspp ${spp}\n`;
  const facts = factsWith({ ptp4l: { path: "/usr/sbin/ptp4l", version: "4.4" } });
  const planWith = (spp: number, secrets = [{ secret: "keys", key: "ptp.conf", content }], previous = {}) =>
    planOf([], { facts, config: configOf([{ name: "p", ptp4lConf: conf(spp) }], { secrets }), ...previous });
  const runPlan = planWith(3);
  assert.deepEqual(
    processOf(runPlan, "ptp4l.0").files.map(({ path, mode }) => [path, mode]),
    [
      ["/var/run/ptp4l.0.config", 0o644],
      ["/etc/ptp-secret-mount/keys/ptp.conf", 0o600],
    ],
  );
  assert.doesNotMatch(JSON.stringify(toRenderOutput(runPlan)), /SHA256/);
  assert.match(refusalOf(planWith(4), "p").reason, /spp 4 is not in the file/);
  // A Secret that was deleted: the last good key stays.
  assert.deepEqual(planWith(3, [], { previous: runPlan }).processes, runPlan.processes);
  assert.match(planWith(3, []).notices?.[0]?.message ?? "", /did not come with the config/);
});

test("a key that is no text refuses its profile, and what runs with the last good key goes on", () => {
  const facts = factsWith({ ptp4l: { path: "/usr/sbin/ptp4l", version: "4.4" } });
  const profile = { name: "p", ptp4lConf: "[global]\nsa_file /etc/ptp-secret-mount/keys/k\n[ens1f0]\nspp 3\n" };
  const planWith = (content: Uint8Array, previous = {}) =>
    planOf([], {
      facts,
      config: configOf([profile], { secrets: [{ secret: "keys", key: "k", content }] }),
      ...previous,
    });
  const before = planWith(new TextEncoder().encode("spp 3\n"));
  const after = planWith(new Uint8Array([0x73, 0xff, 0xfe]), { previous: before });
  const { path, reason } = refusalOf(after, "p");
  assert.equal(path, "ptp4lConf[global].sa_file");
  assert.match(reason, /\/keys\/k holds bytes that are no UTF-8 text: write the key of the Secret as lines/);
  assert.deepEqual(after.processes, before.processes);
});

test("a synce4l configuration of many devices is planned in time linear in its length", () => {
  const devices = (count: number) => Array.from({ length: count }, (_, index) => `[<${index}>]`).join("\n");
  const profile = { name: "p", ptp4lOpts: "", synce4lOpts: "-m", synce4lConf: devices(26_000) };
  assert.match(contentOf(planOf([profile]), "synce4l.0"), /\[<25999>\]\n\[global\]\n/);
});

test("the printed form has name, argv, wrapper and files, and refusals only if there are some", () => {
  assert.deepEqual(toRenderOutput(planOf([{ ...oc, ptp4lConf: "[eth0]" }])), {
    processes: [
      {
        name: "ptp4l",
        argv: ["/usr/sbin/ptp4l", "-f", "/var/run/ptp4l.0.config", "-m"],
        wrapper: [],
        files: [
          {
            path: "/var/run/ptp4l.0.config",
            content:
              "#profile: oc\n\n[eth0]\n[global]\nmessage_tag [ptp4l.0.config:{level}]\nuds_address /var/run/ptp4l.0.socket\nsummary_interval 1",
          },
        ],
      },
    ],
  });
  const { refused } = toRenderOutput(planOf([{ ...oc, interface: "/" }]));
  assert.deepEqual(
    refused?.map(({ profile, path }) => [profile, path]),
    [["oc", "interface"]],
  );
});

test("the test hook of the existing stack has no effect", () => {
  const hooked = { ...oc, ptpSettings: { unitTest: "/tmp/test" } };
  assert.deepEqual(planOf([hooked]).processes, planOf([oc]).processes);
});

test("where SCHED_FIFO is refused programs run without it, and the reason is told", () => {
  const oc: NodeProfile = {
    name: "oc",
    ptp4lConf: "[ens1f0]",
    ptpSchedulingPolicy: "SCHED_FIFO",
    ptpSchedulingPriority: 10,
  };
  const facts = { ...defaultHostFacts("node1"), fifoRefusal: "the capability SYS_NICE is missing" };
  const runPlan = planOf([oc], { facts });
  assert.deepEqual(processOf(runPlan, "ptp4l.0").wrapper, []);
  const told = runPlan.notices?.map(({ message }) => message).join() ?? "";
  assert.match(told, /without SCHED_FIFO: the capability SYS_NICE is missing/);
});
