import type { LineForm } from "./line-form.ts";
import type { EecState } from "./log-observation.ts";

const states: ReadonlyMap<string, EecState> = new Map(
  (["FREERUN", "INVALID", "LOCKED", "LOCKED_HO_ACQ", "HOLDOVER"] as const).map((state) => [`EEC_${state}`, state]),
);

/** synce4l's lines carry their news somewhere in the line; the order decides which form is meant. */
export const synce4lForms: readonly LineForm[] = [
  {
    pattern: /\b(?<state>EEC_[A-Z_]{4,13}) on (?<source>\S{1,64}) of (?<device>\S{1,64})/,
    read: (groups) => {
      const state = states.get(groups["state"] ?? "");
      const { source: externalSource = "", device = "" } = groups;
      return state === undefined ? undefined : { kind: "eec-state", state, device, externalSource };
    },
  },
  {
    pattern: /\b(?<state>EEC_[A-Z_]{4,13}) on (?<device>\S{1,64})/,
    read: (groups) => {
      const state = states.get(groups["state"] ?? "");
      return state === undefined ? undefined : { kind: "eec-state", state, device: groups["device"] ?? "" };
    },
  },
  {
    pattern: /\b(?<state>EEC_[A-Z_]{4,13}) for (?<name>\S{1,64})/,
    read: (groups) => {
      const state = states.get(groups["state"] ?? "");
      return state === undefined ? undefined : { kind: "eec-state", state, interfaceName: groups["name"] ?? "" };
    },
  },
  {
    pattern: /\b(?<extended>EXT_)?QL=(?<level>0x[0-9a-f]{1,2}) on (?<name>\S{1,64})/i,
    read: (groups) => ({
      kind: "quality-level",
      interfaceName: groups["name"] ?? "",
      extended: groups["extended"] !== undefined,
      qualityLevel: Number(groups["level"]),
    }),
  },
];
