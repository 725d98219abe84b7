/** SyncE network option (ITU-T G.781): 1 Europe and most of the world, 2 North America. */
export type NetworkOption = 1 | 2;

/** Names of quality levels (ITU-T G.781), of both options. */
export type QualityName =
  | "EPRTC"
  | "PRTC"
  | "PRC"
  | "SSUA"
  | "SSUB"
  | "EEC1"
  | "DNU"
  | "PRS"
  | "STU"
  | "ST2"
  | "TNC"
  | "ST3E"
  | "EEC2"
  | "PROV"
  | "DUS";

/** The extended code that says: no extended level. */
export const noExtendedLevel = 0xff;

type Row = readonly [name: QualityName, ssm: number, extended: number];

const table: Readonly<Record<NetworkOption, readonly Row[]>> = {
  1: [
    ["EPRTC", 0x2, 0x21],
    ["PRTC", 0x2, 0x20],
    ["PRC", 0x2, noExtendedLevel],
    ["SSUA", 0x4, noExtendedLevel],
    ["SSUB", 0x8, noExtendedLevel],
    ["EEC1", 0xb, noExtendedLevel],
    ["DNU", 0xf, noExtendedLevel],
  ],
  2: [
    ["EPRTC", 0x1, 0x21],
    ["PRTC", 0x1, 0x20],
    ["PRS", 0x1, noExtendedLevel],
    ["STU", 0x0, noExtendedLevel],
    ["ST2", 0x7, noExtendedLevel],
    ["TNC", 0x4, noExtendedLevel],
    ["ST3E", 0xd, noExtendedLevel],
    ["EEC2", 0xa, noExtendedLevel],
    ["PROV", 0xe, noExtendedLevel],
    ["DUS", 0xf, noExtendedLevel],
  ],
};

/** Name of the level with these codes; a pair that is not in the table must not be used: DNU, DUS. */
export function qualityName(option: NetworkOption, ssm: number, extended: number): QualityName {
  const row = table[option].find(([, rowSsm, rowExtended]) => rowSsm === ssm && rowExtended === extended);
  return row?.[0] ?? (option === 1 ? "DNU" : "DUS");
}
