import type { LineForm } from "./line-form.ts";
import type { EecState } from "./log-observation.ts";

const states: ReadonlyMap<string, EecState> = new Map(
  (["FREERUN", "INVALID", "LOCKED", "LOCKED_HO_ACQ", "HOLDOVER"] as const).map((state) => [`EEC_${state}`, state]),
);

/** synce4l's lines carry their news somewhere in the line; the order decides which form is meant. */
export const synce4lForms: readonly LineForm[] = [
  {
    pattern: /\b(EEC_[A-Z_]{4,13}) on (\S{1,64}) of (\S{1,64})/,
    read: ([, name = "", externalSource = "", device = ""]) => {
      const state = states.get(name);
      return state === undefined ? undefined : { kind: "eec-state", state, device, externalSource };
    },
  },
  {
    pattern: /\b(EEC_[A-Z_]{4,13}) on (\S{1,64})/,
    read: ([, name = "", device = ""]) => {
      const state = states.get(name);
      return state === undefined ? undefined : { kind: "eec-state", state, device };
    },
  },
  {
    pattern: /\b(EEC_[A-Z_]{4,13}) for (\S{1,64})/,
    read: ([, name = "", interfaceName = ""]) => {
      const state = states.get(name);
      return state === undefined ? undefined : { kind: "eec-state", state, interfaceName };
    },
  },
  {
    pattern: /\b(EXT_)?QL=(0x[0-9a-f]{1,2}) on (\S{1,64})/i,
    read: ([, extended, level, interfaceName = ""]) => ({
      kind: "quality-level",
      interfaceName,
      extended: extended !== undefined,
      qualityLevel: Number(level),
    }),
  },
];
