import assert from "node:assert/strict";
import {
  checkConf,
  lintConf,
  linuxptpReleases,
  mergeConf,
  normaliseConf,
  parseConf,
  renderConf,
  type ConfDocument,
} from "@ptp/ptp";
import { sharedFiles, texts } from "../corpus.ts";
import type { FuzzTarget } from "../fuzz-target.ts";

const programs = ["ptp4l", "phc2sys", "ts2phc", "synce4l", "timemaster"] as const;

/** Configuration texts of profiles. */
export const configTexts: FuzzTarget = {
  name: "config-texts",
  title: "parseConf, checkConf, mergeConf and renderConf: what is rendered reads as what it was rendered from",
  seeds: () => [
    ...sharedFiles("lab", /\.conf$/),
    ...sharedFiles("operator", /\.(conf|cfg)$/),
    ...texts(
      "[global]\ndomainNumber 24\nclockClass\t6\n# a comment\n\n[ens1f0]\nmasterOnly 1\n[ens1f0]\n",
      "[unicast_master_table]\ntable_id 1\nlogQueryInterval 0\nUDPv4 192.0.2.1\n[ens1f0]\nunicast_master_table 1\n",
      "[nmea]\nts2phc.master 1\n[global]\nleapfile /usr/share/zoneinfo/leap-seconds.list\n",
      "[<synce1>]\nnetwork_option 1\n[ens1f0]\n[{SMA1}]\n",
    ),
  ],
  baseMs: 60,
  prepare: () => (input) => {
    const text = Buffer.from(input).toString("utf8");
    const { conf } = parseConf(text);
    assert.equal(content(parseConf(renderConf(conf)).conf), content(conf), "what is rendered reads the same");
    const normal = normaliseConf(conf);
    assert.equal(content(normaliseConf(normal)), content(normal), "normal stays normal");
    mergeConf(conf, normal);
    for (const program of programs) checkConf(conf, { program, release: "4.2" });
    for (const release of linuxptpReleases) lintConf(text, { program: "ptp4l", release });
  },
};

/** Without the places of its parts in the text, which rendering may move. */
function content(conf: ConfDocument): string {
  return JSON.stringify(conf, (key, value: unknown) => (key === "line" || key === "column" ? undefined : value));
}
