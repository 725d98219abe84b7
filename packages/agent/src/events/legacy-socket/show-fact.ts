import { programNames } from "@ptp/node";
import type { ClockStatus, DpllStatus, GnssStatus, LogFact, OffsetSample, OffsetSummary } from "@ptp/ptp";
import { outOfRange, outsideState, roleByPortState, type OutsideState } from "@ptp/truth";
import type { ConfigState } from "./daemon-state.ts";
import type { Heard } from "./hear-fact.ts";
import { measuredOffset } from "./measured-offset.ts";
import { portNews } from "./port-news.ts";
import { putBounded } from "./put-bounded.ts";
import { showDown } from "./show-down.ts";
import type { ShownClock, ShownReading, ShownState } from "./shown-state.ts";

/** What a line shows of a config in metrics; `state` is that before the line. */
export function showFact(state: ConfigState, heard: Heard): ShownState {
  const { shown } = state;
  const { program, fact } = heard;
  if (fact.kind === "process-status") return showProgram(shown, heard, fact.up);
  if (fact.kind === "offset" || fact.kind === "offset-summary") return showOffset(state, heard, fact);
  if (fact.kind === "port-state") return showPort(state, heard);
  if (fact.kind === "clock-class") return { ...shown, clockClass: fact.clockClass };
  if (fact.kind === "ha-profile") return { ...shown, choices: putBounded(shown.choices, fact.profile, fact.active) };
  if (fact.kind === "source-selection")
    return withClock(shown, {
      process: "chronyd",
      interfaceName: systemClock,
      state: fact.source === undefined ? "FREERUN" : "LOCKED",
    });
  if (fact.kind === "clock-status") return showStatus(state, heard, fact);
  const clock = program === "synce4l" ? syncePort(shown, fact) : hardwareClock(shown, fact, heard.nowMs);
  return clock === undefined ? shown : withClock(shown, clock);
}

const systemClock = "CLOCK_REALTIME";

function showProgram(shown: ShownState, { program, configName }: Heard, isUp: boolean): ShownState {
  // Names become labels: of others than those it owns the daemon tells nothing.
  if (!programNames.some((each) => each === program)) return shown;
  const key = `${program} ${configName}`;
  const before = shown.programs.get(key);
  const starts = (before?.starts ?? 0) + Number(isUp && before?.isUp !== true);
  const programs = putBounded(shown.programs, key, { program, configName, isUp, starts });
  return isUp ? { ...shown, programs } : showDown({ ...shown, programs }, program);
}

type Offset = OffsetSample | OffsetSummary;

function showOffset(state: ConfigState, { program, nowMs }: Heard, fact: Offset): ShownState {
  const { shown } = state;
  const reading = readingOf(fact, nowMs);
  if (program === "phc2sys" && fact.clock === systemClock)
    return withClock(shown, { process: program, interfaceName: systemClock, reading });
  if (program === "ts2phc" && fact.clock !== undefined) {
    const before = shown.clocks.get(keyOf({ process: program, interfaceName: fact.clock }));
    const told = fact.kind === "offset" ? { state: pulseState(state, fact) } : {};
    return withClock(shown, { ...before, process: program, interfaceName: fact.clock, reading, ...told });
  }
  const interfaceName = receiverOf(state);
  if (program !== "ptp4l" || fact.clock !== undefined || interfaceName === undefined) return shown;
  return withClock(shown, { process: program, interfaceName, reading, ...ownState(state, fact) });
}

/** A ptp4l that is part of a telecom clock has a state of its own, that of its servo. */
function ownState({ isTold, config, shown }: ConfigState, fact: Offset): Pick<ShownClock, "state"> {
  if (!isTold && !config.isTelecom) return {};
  if (fact.kind === "offset") return { state: servoState(fact) };
  const before = shown.clocks.get("ptp4l")?.state;
  return before === undefined ? {} : { state: before };
}

function pulseState({ config }: ConfigState, fact: OffsetSample): OutsideState {
  if (fact.holdover) return "HOLDOVER";
  return outOfRange(fact.offsetNs, config.limits) === undefined ? servoState(fact) : "FREERUN";
}

function servoState({ servo }: OffsetSample): OutsideState {
  return servo === "s2" || servo === "s3" ? "LOCKED" : "FREERUN";
}

function readingOf(fact: Offset, heardMs: number): ShownReading {
  const isSystem = fact.clock === systemClock;
  // A summary does not name the reference; that of the system clock is the PHC unless a sample says otherwise.
  const reference = fact.kind === "offset" ? fact.reference : "phc";
  const offsetNs = fact.kind === "offset" ? fact.offsetNs : fact.rmsNs;
  const maxOffset = fact.kind === "offset" ? Math.abs(fact.offsetNs) : fact.maxNs;
  const { freqPpb: frequency, delayNs: delay } = fact;
  const values = { offset: offsetNs, maxOffset, frequency, ...(delay !== undefined && { delay }) };
  return { from: isSystem && reference !== "time-transmitter" ? reference : "master", heardMs, values };
}

function showPort(state: ConfigState, { program, fact }: Heard): ShownState {
  const { shown, config } = state;
  if (program !== "ptp4l" || fact.kind !== "port-state") return shown;
  const roles = putBounded(shown.roles, fact.portNumber, roleByPortState[fact.to]);
  const clock = shown.clocks.get("ptp4l");
  const gaveTime = state.roles.get(fact.portNumber) === "receiver";
  const isLost = clock !== undefined && config.isTelecom && gaveTime && portNews(fact).losesTime;
  return withClocks({ ...shown, roles }, isLost ? [{ ...clock, state: "FREERUN" }] : []);
}

/** A T-BC's state is that of its ts2phc, too. */
function showStatus({ shown, dpllOffsets }: ConfigState, { program, nowMs }: Heard, fact: ClockStatus): ShownState {
  const { interfaceName } = fact;
  const process = program === "T-BC" ? "T-BC" : "GM";
  const state = outsideState(fact.state);
  const offset = measuredOffset(fact.offsetNs ?? dpllOffsets.get(interfaceName));
  const reading = { from: process, heardMs: nowMs, values: offset === undefined ? {} : { offset } };
  const own = { process, interfaceName, state, reading };
  if (process === "GM") return withClock(shown, own);
  const pulse = { process: "ts2phc", interfaceName };
  return withClocks(shown, [own, { ...shown.clocks.get(keyOf(pulse)), ...pulse, state }]);
}

function hardwareClock(shown: ShownState, fact: LogFact, nowMs: number): ShownClock | undefined {
  if (fact.kind === "gnss-status") return receiverClock(fact, nowMs);
  if (fact.kind === "dpll-status") return dpllClock(fact, nowMs);
  if (fact.kind !== "nmea-status") return undefined;
  const pulse = { process: "ts2phc", interfaceName: fact.clock };
  return { ...shown.clocks.get(keyOf(pulse)), ...pulse, hasTimeOfDay: fact.available };
}

/** An accuracy or a fix below 0 is what the daemon could not read. */
function receiverClock({ interfaceName, fix, state, offsetNs }: GnssStatus, heardMs: number): ShownClock {
  const offset = measuredOffset(offsetNs);
  const values = {
    ...(fix >= 0 && { gnssStatus: fix }),
    ...(offset !== undefined && offset >= 0 && { offset }),
  };
  const reading = { from: "gnss", heardMs, values };
  return { process: "gnss", interfaceName, state: outsideState(state), reading };
}

function dpllClock(fact: DpllStatus, heardMs: number): ShownClock {
  const { frequencyStatus, phaseStatus } = fact;
  const offset = measuredOffset(fact.offsetNs);
  const statuses = { frequencyStatus, phaseStatus, ppsStatus: Number(fact.ppsAvailable) };
  const values = { ...statuses, ...(offset !== undefined && { offset }) };
  const reading = { from: "dpll", heardMs, values };
  return { process: "dpll", interfaceName: fact.interfaceName, state: outsideState(fact.state), reading };
}

function syncePort(shown: ShownState, fact: LogFact): ShownClock | undefined {
  if (fact.kind !== "eec-status" && fact.kind !== "clock-quality") return undefined;
  const { interfaceName, device, networkOption } = fact;
  const port = { process: "synce4l", interfaceName };
  const before = shown.clocks.get(keyOf(port));
  if (fact.kind === "eec-status") return { ...before, ...port, state: outsideState(fact.state) };
  const quality = { device, networkOption, ql: fact.qualityLevel, extendedQl: fact.extendedQualityLevel ?? 255 };
  return { ...before, ...port, quality };
}

/** The interface of the port that receives time, as far as that is known. */
function receiverOf({ roles, config }: ConfigState): string | undefined {
  const receiver = [...roles].find(([, role]) => role === "receiver")?.[0];
  return config.interfaces[(receiver ?? 0) - 1];
}

function withClock(shown: ShownState, clock: ShownClock): ShownState {
  return withClocks(shown, [clock]);
}

function withClocks(shown: ShownState, clocks: readonly ShownClock[]): ShownState {
  const all = clocks.reduce((known, clock) => putBounded(known, keyOf(clock), clock), shown.clocks);
  return { ...shown, clocks: all };
}

/** A ptp4l has one clock, whichever of its interfaces receives. */
function keyOf({ process, interfaceName }: Pick<ShownClock, "process" | "interfaceName">): string {
  return process === "ptp4l" ? process : `${process} ${interfaceName}`;
}
