import assert from "node:assert/strict";
import { test } from "node:test";
import { parseMetricsText } from "../../../tools/demo/world/metrics-text.ts";
import { expectedPage, seenPage } from "./expected-page.ts";

const page = `
openshift_ptp_clock_state{process="ptp4l",node="n",iface="ocx"} 0
ptp_clock_state_known{process="ptp4l",node="n",iface="ocx"} 0
openshift_ptp_clock_class{process="ptp4l",node="n",config="ptp4l.0.config"} 255
openshift_ptp_interface_role{process="ptp4l",node="n",iface="oc0"} 1
openshift_ptp_process_status{process="ptp4l",node="n",config="ptp4l.0.config"} 1
openshift_ptp_process_restart_count{process="ptp4l",node="n",config="ptp4l.0.config"} 2
process_cpu_seconds_total 5
`;
const clock = { iface: "ocx", state: "UNKNOWN", clockClass: 255, ports: { oc0: "SLAVE" }, starts: 2 } as const;

test("expectedPage and seenPage say the same of the same clock", () => {
  assert.deepEqual(seenPage(parseMetricsText(page)), expectedPage([{ ...clock, isMeasured: false }]));
});

test("seenPage hides what is measured, and shows a line that was not understood", () => {
  const more = `openshift_ptp_offset_ns{from="master",process="ptp4l",node="n",iface="ocx"} -7
ptp_parse_misses_total{process="ptp4l",node="n"} 1`;
  assert.deepEqual(seenPage(parseMetricsText(more)), [
    'openshift_ptp_offset_ns{from="master",iface="ocx",process="ptp4l"} measured',
    'ptp_parse_misses_total{process="ptp4l"} 1',
  ]);
});

test("expectedPage refuses a word that is no port state", () => {
  assert.throws(() => expectedPage([{ ...clock, ports: { oc0: "SLEEPING" }, isMeasured: false }]), /no port state/);
});
