import { numberOf, type LineForm } from "./line-form.ts";
import type { DaemonState } from "./socket-observation.ts";

/** `PTP_PROCESS_STATUS:0|1`, of any program. */
export const processStatusForm: LineForm = {
  pattern: /^PTP_PROCESS_STATUS:([01])$/,
  read: ([, up]) => ({ kind: "process-status", up: up === "1" }),
};

/** `CLOCK_CLASS_CHANGE n`, also written `n.0` by some releases. */
export const clockClassForm: LineForm = {
  pattern: /^CLOCK_CLASS_CHANGE (\d{1,3})(?:\.0+)?$/,
  read: ([, clockClass]) =>
    numberOf(clockClass) > 255 ? undefined : { kind: "clock-class", clockClass: numberOf(clockClass) },
};

/** `IFACE [offset O] T-GM-STATUS|T-BC-STATUS sN`. */
export const clockStatusForm: LineForm = {
  pattern: /^(\S{1,64}) (?:offset (-?\d{1,19}) )?T-(?:GM|BC)-STATUS (s-?\d)$/,
  read: ([, interfaceName = "", offset, letter]) => ({
    kind: "clock-status",
    interfaceName,
    state: stateOf(letter),
    ...(offset === undefined ? {} : { offsetNs: numberOf(offset) }),
  }),
};

/** `ptp_ha_profile P state 0|1`. */
export const haProfileForm: LineForm = {
  pattern: /^ptp_ha_profile (\S{1,255}) state ([01])$/,
  read: ([, profile = "", active]) => ({ kind: "ha-profile", profile, active: active === "1" }),
};

/** `IFACE gnss_status F offset O sN`. */
export const gnssStatusForm = valuesForm(({ interfaceName, numbers, state }) => {
  const [fix, offsetNs] = [numbers.get("gnss_status"), numbers.get("offset")];
  if (fix === undefined || offsetNs === undefined) return undefined;
  return { kind: "gnss-status", interfaceName, fix, offsetNs, state };
});

/** `IFACE frequency_status A offset O phase_status B pps_status P sN`. */
export const dpllStatusForm = valuesForm(({ interfaceName, numbers, state }) => {
  const [frequencyStatus, phaseStatus] = [numbers.get("frequency_status"), numbers.get("phase_status")];
  const [ppsStatus, offsetNs] = [numbers.get("pps_status"), numbers.get("offset")];
  if (frequencyStatus === undefined || phaseStatus === undefined || offsetNs === undefined) return undefined;
  return {
    kind: "dpll-status",
    interfaceName,
    frequencyStatus,
    phaseStatus,
    ppsAvailable: ppsStatus === 1,
    offsetNs,
    state,
  };
});

/** `IFACE device D eec_state E network_option N sN`. */
export const eecStatusForm = valuesForm(({ interfaceName, words, numbers, state }) => {
  const [eecState, device, networkOption] = [
    words.get("eec_state"),
    words.get("device"),
    numbers.get("network_option"),
  ];
  if (eecState === undefined || device === undefined || networkOption === undefined) return undefined;
  return { kind: "eec-status", interfaceName, device, eecState, networkOption, state };
});

/** `IFACE clock_quality Q device D [ext_ql 0xNN] network_option N ql 0xNN sN`. */
export const clockQualityForm = valuesForm(({ interfaceName, words, numbers, state }) => {
  const [quality, device] = [words.get("clock_quality"), words.get("device")];
  const [qualityLevel, networkOption] = [numbers.get("ql"), numbers.get("network_option")];
  if (quality === undefined || device === undefined || qualityLevel === undefined || networkOption === undefined)
    return undefined;
  const extendedQualityLevel = numbers.get("ext_ql");
  const extended = extendedQualityLevel === undefined ? {} : { extendedQualityLevel };
  return { kind: "clock-quality", interfaceName, device, quality, qualityLevel, ...extended, networkOption, state };
});

interface EventValues {
  readonly interfaceName: string;
  readonly words: ReadonlyMap<string, string>;
  /** Those of the words that are numbers. */
  readonly numbers: ReadonlyMap<string, number>;
  readonly state: DaemonState;
}

/** `IFACE key value key value … sN`: the order of the keys says nothing. */
function valuesForm(read: (values: EventValues) => ReturnType<LineForm["read"]>): LineForm {
  return {
    pattern: /^(\S{1,64}) (.{3,400}) (s-?\d)$/,
    read: ([, interfaceName = "", pairs = "", letter]) => {
      const tokens = pairs.split(" ");
      if (tokens.length % 2 !== 0) return undefined;
      const entries = Array.from(
        { length: tokens.length / 2 },
        (_, i) => [tokens[2 * i] ?? "", tokens[2 * i + 1] ?? ""] as const,
      );
      const numeric = entries.filter(([, value]) => /^(?:-?\d{1,19}(?:\.\d{1,9})?|0x[0-9a-f]{1,8})$/i.test(value));
      const numbers = new Map(numeric.map(([key, value]) => [key, Number(value) + 0]));
      return read({ interfaceName, words: new Map(entries), numbers, state: stateOf(letter) });
    },
  };
}

/** In event lines s1 is holdover, unlike a servo's. */
function stateOf(letter: string | undefined): DaemonState {
  if (letter === "s2") return "LOCKED";
  if (letter === "s1") return "HOLDOVER";
  return letter === "s0" ? "FREERUN" : "UNKNOWN";
}
