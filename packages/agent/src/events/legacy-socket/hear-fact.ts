import type { ClockStatus, GnssStatus, LogFact, OffsetSample, PortStateChange } from "@ptp/ptp";
import { outOfRange, outsideState, worstOf, type GnssState, type OutsideState } from "@ptp/truth";
import type { ConfigState, ToldClock } from "./daemon-state.ts";
import { decideClock } from "./decide-clock.ts";
import { measuredOffset } from "./measured-offset.ts";
import { portNews } from "./port-news.ts";
import { putBounded } from "./put-bounded.ts";

/** What a line said of a config; `program` is the word it began with. */
export interface Heard {
  readonly program: string;
  /** Name in its tag. */
  readonly configName: string;
  readonly fact: LogFact;
  /** Monotonic. */
  readonly nowMs: number;
}

/** The state of a config after a line; one that says nothing of what events are about changes nothing. */
export function hearFact(state: ConfigState, { program, fact, nowMs }: Heard): ConfigState {
  if (fact.kind === "offset") return hearOffset(state, program, fact);
  if (fact.kind === "port-state") return program === "ptp4l" ? hearPort(state, fact, nowMs) : state;
  if (fact.kind === "clock-status") return hearStatus(state, fact);
  if (fact.kind === "process-status") return fact.up ? state : hearDown(state, program);
  if (fact.kind === "source-selection")
    return { ...state, system: { state: fact.source === undefined ? "FREERUN" : "LOCKED", offsetNs: 0 } };
  return hearTold(state, fact);
}

/** What the daemon tells as it is. */
function hearTold(state: ConfigState, fact: LogFact): ConfigState {
  if (fact.kind === "gnss-status") return { ...state, gnss: putBounded(state.gnss, fact.interfaceName, gnssOf(fact)) };
  if (fact.kind === "dpll-status")
    return { ...state, dpllOffsets: putBounded(state.dpllOffsets, fact.interfaceName, fact.offsetNs) };
  if (fact.kind === "clock-class") return { ...state, clockClass: fact.clockClass };
  if (fact.kind === "ha-profile") return fact.active ? { ...state, activeProfile: fact.profile } : state;
  if (fact.kind !== "eec-status" && fact.kind !== "clock-quality") return state;
  const name = `${fact.device}/${fact.interfaceName}`;
  if (fact.kind === "eec-status")
    return { ...state, synceStates: putBounded(state.synceStates, name, outsideState(fact.state)) };
  const quality = { ql: fact.qualityLevel, extendedQl: fact.extendedQualityLevel ?? 255 };
  return { ...state, synceQualities: putBounded(state.synceQualities, name, quality) };
}

/** Ends a holdover whose time is over. */
export function endHoldover(state: ConfigState, nowMs: number): ConfigState {
  const { main, holdoverEndMs } = state;
  if (main === undefined || holdoverEndMs === undefined || nowMs < holdoverEndMs) return state;
  return { ...withoutTimer(state), main: { ...main, state: "FREERUN" } };
}

function hearOffset(state: ConfigState, program: string, fact: OffsetSample): ConfigState {
  if (program === "phc2sys" && fact.clock === "CLOCK_REALTIME") return hearSystem(state, fact);
  if (state.isTold || state.config.isTelecom) return state;
  if (program === "ts2phc" && fact.clock !== undefined) return withMain(state, fact.clock, sampled(state, fact, true));
  const receiver = [...state.roles].find(([, role]) => role === "receiver")?.[0];
  const interfaceName = state.config.interfaces[(receiver ?? 0) - 1];
  if (program !== "ptp4l" || fact.clock !== undefined || interfaceName === undefined) return state;
  return withMain(state, interfaceName, sampled(state, fact, false));
}

function sampled({ main, config }: ConfigState, fact: OffsetSample, isTs2phc: boolean): ToldClock {
  const inRange = outOfRange(fact.offsetNs, config.limits) === undefined;
  const isHoldover = isTs2phc ? fact.holdover : fact.delayNs === undefined;
  const reported = isHoldover ? "HOLDOVER" : reportedBy(fact);
  return { state: decideClock(main?.state, { reported, inRange }), offsetNs: fact.offsetNs };
}

/** The system clock is no better than the clock it follows, from its next sample on. */
function hearSystem(state: ConfigState, fact: OffsetSample): ConfigState {
  const { main, config, system, isTold } = state;
  const inRange = outOfRange(fact.offsetNs, config.limits) === undefined;
  const isGrandmaster = isTold && !config.isTelecom;
  const source = isGrandmaster && main?.state === "HOLDOVER" ? undefined : main?.state;
  const own = fact.delayNs === undefined ? "HOLDOVER" : reportedBy(fact);
  const worst = worstOf(source === undefined ? [own] : [own, source]);
  const reported = worst === undefined ? own : outsideState(worst);
  // For this clock alone FREERUN ends a holdover at once.
  const last = reported === "FREERUN" && system?.state === "HOLDOVER" ? undefined : system?.state;
  return { ...state, system: { state: decideClock(last, { reported, inRange }), offsetNs: fact.offsetNs } };
}

function hearPort(state: ConfigState, fact: PortStateChange, nowMs: number): ConfigState {
  const { role, losesTime } = portNews(fact);
  if (role === undefined) return state;
  const { main, roles, config, isTold } = state;
  const gaveTime = roles.get(fact.portNumber) === "receiver";
  const heard = { ...state, roles: putBounded(roles, fact.portNumber, role) };
  const isOurs = !isTold && !config.isTelecom;
  if (!losesTime || !gaveTime || !isOurs || main === undefined || main.state === "HOLDOVER") return heard;
  return { ...heard, main: { ...main, state: "HOLDOVER" }, holdoverEndMs: nowMs + config.limits.holdoverMs };
}

/** What the daemon decided itself: no table, no timer. */
function hearStatus(state: ConfigState, { interfaceName, state: told, offsetNs }: ClockStatus): ConfigState {
  const offset = measuredOffset(offsetNs ?? state.dpllOffsets.get(interfaceName));
  const main = { interfaceName, state: outsideState(told), ...(offset !== undefined && { offsetNs: offset }) };
  return { ...withoutTimer(state), isTold: true, main };
}

/** A program that is down gives nobody time; an offset is not made up. */
function hearDown(state: ConfigState, program: string): ConfigState {
  const { main, system, config } = state;
  const lost: ToldClock = { state: "FREERUN" };
  if (program === "phc2sys" || program === "chronyd") return system === undefined ? state : { ...state, system: lost };
  if (program !== "ptp4l" && program !== "ts2phc") return state;
  const isSource = main !== undefined && (program === "ptp4l" ? !state.isTold || config.isTelecom : true);
  if (!isSource) return state;
  const systemLost = system !== undefined && config.hasPhc2sys;
  return {
    ...withoutTimer(state),
    main: { interfaceName: main.interfaceName, ...lost },
    ...(systemLost && { system: lost }),
  };
}

function withMain(state: ConfigState, interfaceName: string, clock: ToldClock): ConfigState {
  const kept = clock.state === "HOLDOVER" ? state : withoutTimer(state);
  // Its first sample gives a holdover, without end: there is nothing whose end could be told.
  return { ...kept, main: { ...clock, interfaceName } };
}

function withoutTimer(state: ConfigState): ConfigState {
  const { holdoverEndMs, ...rest } = state;
  return holdoverEndMs === undefined ? state : rest;
}

function reportedBy({ servo, holdover }: OffsetSample): OutsideState {
  if (holdover) return "HOLDOVER";
  return servo === "s0" || servo === "s1" ? "FREERUN" : "LOCKED";
}

function gnssOf({ fix, offsetNs, state }: GnssStatus) {
  const searching: GnssState = fix === 0 ? "FAILURE-NOFIX" : "ACQUIRING-SYNC";
  const told: GnssState = state === "LOCKED" ? "SYNCHRONIZED" : searching;
  const offset = measuredOffset(offsetNs);
  return { state: told, gpsFix: fix, ...(offset !== undefined && { offsetNs: offset }) };
}
