import { createHash } from "node:crypto";
import { describeLeapListProblem, parseLeapList } from "@ptp/ptp";
import { sharedFiles, texts } from "../corpus.ts";
import type { FuzzTarget } from "../fuzz-target.ts";

const sha1Hex = (text: string): string => createHash("sha1").update(text).digest("hex");

/** Lists of leap seconds that users give. */
export const leapLists: FuzzTarget = {
  name: "leap-lists",
  title: "parseLeapList: a list, or what is wrong with it and where",
  seeds: () => [
    ...sharedFiles("daemon/leap", /./).map((file) => file.subarray(0, 12_000)),
    ...texts("#$ 3676924800\n#@ 3707596800\n2272060800 10 # 1 Jan 1972\n3692217600 37\n#h 1 2 3 4 5\n"),
  ],
  prepare: () => (input) => {
    const reading = parseLeapList(Buffer.from(input).toString("utf8"), sha1Hex);
    if (!reading.ok && describeLeapListProblem(reading.problem).length < 3) throw new Error("no reason");
  },
};
