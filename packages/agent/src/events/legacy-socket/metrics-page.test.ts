import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { lockState } from "../testing/values.ts";
import { startEvents, testFolder, testNode } from "../testing/events-process.ts";

test("in place of the sidecar one page has the metrics of clocks and of events", { timeout: 60_000 }, async (t) => {
  const folder = await testFolder(t);
  await writeFile(join(folder, "ptp4l.0.config"), "# profile: oc1\n[ens1f0]\n");
  const socket = join(folder, "events.sock");
  const places = [
    "--daemon-config-path",
    folder,
    "--daemon-profile-path",
    folder,
    "--daemon-url",
    "http://127.0.0.1:1",
  ];
  const events = await startEvents(t, { flags: ["--socket", socket, ...places] });
  await events.ready();
  const daemon = connect(socket);
  t.after(() => daemon.destroy());
  daemon.write("ptp4l[1.1]: [ptp4l.0.config] master offset 5 s2 freq -3972 path delay 89\n");
  const labels = `process="ptp4l",node="${testNode}",iface="ens1f0"`;
  let page = "";
  while (!page.includes("openshift_ptp_offset_ns{")) page = await events.metrics();
  const lines = page.split("\n");
  assert.ok(lines.includes(`openshift_ptp_offset_ns{from="master",${labels}} 5`), page);
  assert.ok(lines.includes(`openshift_ptp_clock_state{${labels}} 1`));
  assert.ok(lines.includes("# TYPE openshift_ptp_process_restart_count counter"));
  assert.match(page, /^cne_api_publishers\{status="active"\} 7$/m);
  assert.doesNotMatch(page, /^(?:# \w+ )?ptp_clock_/m);
});

test("beside an agent the metrics of clocks are the agent's", async (t) => {
  const events = await startEvents(t);
  events.feed([lockState("LOCKED")]);
  await events.ready();
  assert.doesNotMatch(await events.metrics(), /openshift_/);
});
