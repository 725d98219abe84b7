import type { Finding } from "../findings/finding.ts";
import { nearestName } from "@ptp/ptp";
import { elementPath } from "../findings/path.ts";
import type { ClockChain, DesiredState, SourceTrigger } from "../gen/types.ts";
import { decodePinFunction, pinFunctionNames } from "./pin-function.ts";

/** The source name of a condition that holds whenever the profile is loaded. */
export const defaultTriggerSource = "Default on profile (re)load";

interface Names {
  readonly sources: ReadonlySet<string>;
  readonly subsystems: ReadonlySet<string>;
}

/** Rules of conditions: triggers name sources, DPLL states name subsystems, clock pins have a known function. */
export function checkConditions({ behavior, structure }: ClockChain, path: string): readonly Finding[] {
  const names: Names = {
    sources: new Set([defaultTriggerSource, ...(behavior?.sources ?? []).map(({ name }) => name)]),
    subsystems: new Set(structure.map(({ name }) => name)),
  };
  return (behavior?.conditions ?? []).flatMap(({ triggers, desiredStates }, index) => {
    const place = elementPath(path, index);
    return [
      ...triggers.flatMap((trigger, at) => checkTrigger(trigger, elementPath(`${place}.triggers`, at), names)),
      ...desiredStates.flatMap((state, at) => checkState(state, elementPath(`${place}.desiredStates`, at), names)),
    ];
  });
}

function checkTrigger({ sourceName }: SourceTrigger, path: string, { sources }: Names): readonly Finding[] {
  if (sources.has(sourceName)) return [];
  const suggestion = nearestName(sourceName, sources);
  return [
    {
      path: `${path}.sourceName`,
      message: `trigger references non-existent source "${sourceName}"`,
      got: sourceName,
      ...(suggestion === undefined ? {} : { suggestion }),
    },
  ];
}

function checkState({ dpll, ptpPin }: DesiredState, path: string, { subsystems }: Names): readonly Finding[] {
  const findings: Finding[] = [];
  const subsystem = dpll?.subsystem ?? "";
  if (subsystem !== "" && !subsystems.has(subsystem)) {
    const message = `desired state references non-existent subsystem "${subsystem}"`;
    findings.push({ path: `${path}.dpll.subsystem`, message, got: subsystem });
  }
  if (ptpPin !== undefined && decodePinFunction(ptpPin.func) === undefined) {
    const message = `unknown pin function "${ptpPin.func}"; use one of ${pinFunctionNames.join(", ")}`;
    findings.push({ path: `${path}.ptpPin.func`, message, expected: pinFunctionNames.join(", "), got: ptpPin.func });
  }
  return findings;
}
