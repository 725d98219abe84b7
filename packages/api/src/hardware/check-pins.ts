import type { Finding } from "../findings/finding.ts";
import { nearestName } from "@ptp/ptp";
import { elementPath, memberPath } from "../findings/path.ts";
import type { ClockChain, Dpll, PinConfig } from "../gen/types.ts";

/** Sockets are named SMA1, U.FL2, GNSS-1PPS, REF_SMA: letters, digits, dot, dash, underscore. */
const connectorName = /^[A-Za-z0-9_.-]+$/;

const directions = ["phaseInputs", "phaseOutputs", "frequencyInputs", "frequencyOutputs"] as const;

interface PinPlace {
  readonly dpll: Dpll;
  readonly label: string;
  readonly path: string;
  readonly eSyncNames: ReadonlySet<string>;
}

/** Rules of every pin of every subsystem: connector, frequency or eSync, references to definitions and pins. */
export function checkPins({ structure, commonDefinitions }: ClockChain, path: string): readonly Finding[] {
  const eSyncNames = new Set((commonDefinitions?.eSyncDefinitions ?? []).map(({ name }) => name));
  return structure.flatMap(({ dpll }, index) =>
    dpll === undefined
      ? []
      : directions.flatMap((direction) => {
          const parent = `${elementPath(path, index)}.dpll.${direction}`;
          return Object.entries(dpll[direction] ?? {}).flatMap(([label, pin]) =>
            checkPin(pin, { dpll, label, path: memberPath(parent, label), eSyncNames }),
          );
        }),
  );
}

function checkPin(pin: PinConfig, place: PinPlace): readonly Finding[] {
  return [...checkSignal(pin, place), ...checkConnector(pin, place), ...checkReferenceSync(pin, place)];
}

function checkSignal(pin: PinConfig, { label, path, eSyncNames }: PinPlace): readonly Finding[] {
  const { eSyncConfigName, frequency } = pin;
  if (eSyncConfigName === undefined || eSyncConfigName === "") return [];
  const findings: Finding[] = [];
  if (frequency !== undefined && frequency !== 0) {
    findings.push({ path, message: `pin "${label}" has both frequency and eSyncConfigName; keep one` });
  }
  if (!eSyncNames.has(eSyncConfigName)) {
    const suggestion = nearestName(eSyncConfigName, eSyncNames);
    findings.push({
      path: `${path}.eSyncConfigName`,
      message: `referenced eSync config "${eSyncConfigName}" is not among commonDefinitions.eSyncDefinitions`,
      got: eSyncConfigName,
      ...(suggestion === undefined ? {} : { suggestion }),
    });
  }
  return findings;
}

function checkConnector({ connector }: PinConfig, { path }: PinPlace): readonly Finding[] {
  if (connector === undefined || connector === "" || connectorName.test(connector)) return [];
  return [
    {
      path: `${path}.connector`,
      message: `invalid connector format "${connector}"; use letters, digits, ".", "-" and "_", as in SMA1`,
      got: connector,
    },
  ];
}

function checkReferenceSync({ referenceSync }: PinConfig, { dpll, label, path }: PinPlace): readonly Finding[] {
  if (referenceSync === undefined || referenceSync === "") return [];
  const place = `${path}.referenceSync`;
  if (!hasPin(dpll.frequencyInputs, label)) {
    const what = hasPin(dpll.frequencyOutputs, label) ? "frequency output pin" : "non-frequency-input pin";
    return [{ path: place, message: `referenceSync on ${what} "${label}"; only frequency inputs may have one` }];
  }
  if (hasPin(dpll.phaseInputs, referenceSync) || hasPin(dpll.phaseOutputs, referenceSync)) return [];
  const labels = [...Object.keys(dpll.phaseInputs ?? {}), ...Object.keys(dpll.phaseOutputs ?? {})];
  const suggestion = nearestName(referenceSync, labels);
  return [
    {
      path: place,
      message: `referenceSync "${referenceSync}" not found among phase pins of the same subsystem`,
      got: referenceSync,
      ...(suggestion === undefined ? {} : { suggestion }),
    },
  ];
}

function hasPin(pins: Readonly<Record<string, PinConfig>> | undefined, label: string): boolean {
  return pins !== undefined && Object.hasOwn(pins, label);
}
