import { initialUbxReader, readFact, readUbxLine, type UbxReader } from "@ptp/ptp";
import { sharedFiles, texts } from "../corpus.ts";
import type { FuzzTarget } from "../fuzz-target.ts";

/** What receivers say, through ubxtool and in NMEA sentences. */
export const gnssLines: FuzzTarget = {
  name: "gnss-lines",
  title: "readUbxLine: any text has facts or none, with numbers that are numbers; what it remembers is bounded",
  seeds: () => [
    ...sharedFiles("lab/gpsd", /\.(nmea|log|json)$/).map((file) => file.subarray(0, 4_000)),
    ...texts(
      "UBX-NAV-STATUS:\n  iTOW 1 gpsFix 3 flags xdd fixStat x0 flags2 x8\nUBX-NAV-CLOCK:\n  iTOW 1 clkB 1 clkD 2 tAcc 5 fAcc 100",
      "UBX-NAV-TIMELS:\n iTOW 376008000 version 0 reserved2 0 0 0 srcOfCurrLs 2\n currLs 18 srcOfLsChange 2 lsChange 0 timeToLsEvent 70376866\n dateOfLsGpsWn 2441 dateOfLsGpsDn 7 reserved2 0 0 0\n valid x3",
      "$GPRMC,120000.00,A,5230.0,N,01324.0,E,0.0,0.0,211126,,,A*6B",
      "GPRMC status A",
    ),
  ],
  prepare: () => (input) => {
    let reader: UbxReader = initialUbxReader;
    for (const line of Buffer.from(input).toString("latin1").split("\n")) {
      const step = readUbxLine(reader, line);
      ({ reader } = step);
      if ((reader.lines ?? []).join("").length > 20_000) throw new Error("the reader remembers too much");
      for (const value of Object.values(step.fact ?? {})) if (Number.isNaN(value)) throw new Error("NaN");
      readFact("ts2phc", line);
    }
  },
};
