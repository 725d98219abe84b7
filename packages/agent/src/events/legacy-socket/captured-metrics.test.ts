import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { clockSeries, pageOf } from "../testing/clock-series.ts";
import { readDaemonConfigs } from "./daemon-config.ts";
import { createLineHearer } from "./hear-lines.ts";

const captures = new URL("../../../../../../shared/data/events/captures/", import.meta.url);
const skip = !existsSync(captures) && "no ../shared/data beside this checkout";
const nodeName = "node1.example.com";
const aliases: Readonly<Record<string, string>> = {
  ens1f0: "ens1fx",
  ens1f1: "ens1fx",
  ens2f0: "ens2fx",
  ens7f0: "ens7fx",
};

interface Capture {
  readonly profiles: readonly object[];
  readonly confs: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly in: string }[];
}

/** Series that are not the same on purpose, without the label `node`; undefined: there is none. See docs/compatibility.md. */
const otherwise: Readonly<Record<string, Readonly<Record<string, number | undefined>>>> = {
  // The largest of the newest interval, not of all before it.
  oc: {
    'max_offset_ns{from="master",iface="ens1fx",process="ptp4l"}': 5,
  },
  ha: {
    'max_offset_ns{from="master",iface="ens1fx",process="ptp4l"}': 5,
    'max_offset_ns{from="master",iface="ens2fx",process="ptp4l"}': 7,
    'max_offset_ns{from="phc",iface="CLOCK_REALTIME",process="phc2sys"}': 6,
  },
  tgm: {
    'max_offset_ns{from="master",iface="ens7fx",process="ts2phc"}': 3,
    // It measures none.
    'delay_ns{from="master",iface="ens7fx",process="ts2phc"}': undefined,
  },
  tbc: {
    'max_offset_ns{from="master",iface="ens7fx",process="ptp4l"}': 5,
    'delay_ns{from="master",iface="ens7fx",process="ts2phc"}': undefined,
  },
  synce: {
    // A section of synce4l's file is no port of ptp4l, and changes none.
    'interface_role{iface="ens7f0",process="ptp4l"}': 2,
    'interface_role{iface="<synce1>",process="ptp4l"}': undefined,
    // What a port sends now, not what it sent before.
    'synce_clock_quality{device="synce1",iface="ens7f0",network_option="2",process="synce4l",profile="synce4l.0.config"}':
      undefined,
    'synce_ssm_ql{device="synce1",iface="ens7f0",network_option="2",process="synce4l",profile="synce4l.0.config",ql_type="Extended SSM"}':
      undefined,
    'synce_ssm_ql{device="synce1",iface="ens7f0",network_option="2",process="synce4l",profile="synce4l.0.config",ql_type="SSM"}':
      undefined,
  },
};

async function playedPage({ profiles, confs, steps }: Capture): Promise<string> {
  const files = { profilesJson: JSON.stringify(profiles), configs: new Map(Object.entries(confs)) };
  const hearer = createLineHearer(readDaemonConfigs(files));
  for (const { in: line } of steps) hearer.hear(line, 0);
  const aliasOf = (name: string): string => aliases[name] ?? name;
  return pageOf(hearer, { nodeName, aliasOf, nowMs: 1 });
}

for (const name of ["oc", "tgm", "tbc", "synce", "ha"]) {
  test(`after the lines of a capture the page is that of the existing sidecar: ${name}`, { skip }, async () => {
    const text = (file: string): string => readFileSync(new URL(file, captures), "utf8");
    const capture: Capture = JSON.parse(text(`${name}.json`));
    const captured = clockSeries(text(`${name}.metrics.txt`));
    assert.ok(Object.keys(captured).length > 6);
    const wanted = Object.entries({ ...captured, ...otherwise[name] }).filter(([, value]) => value !== undefined);
    assert.deepEqual(clockSeries(await playedPage(capture)), Object.fromEntries(wanted));
  });
}
