import type { Instant, NodeProfile } from "@ptp/node";
import type { DpllStatus, EecState, LogFact } from "@ptp/ptp";
import { clockLimits } from "../clock-limits.ts";
import { holdoverParameters } from "../dpll/holdover-parameters.ts";
import { lockStatusFromCode, type DpllLockStatus } from "../dpll/lock-status.ts";
import { synceDevices, type SynceDeviceConf } from "../synce/device-conf.ts";
import { initialSynceDevice, stepSynce } from "../synce/synce-device.ts";
import type { SynceChange, SynceDevice, SynceObservation, SynceOptions } from "../synce/synce-device.ts";
import { hearSynce4l } from "./hear-parts.ts";
import type { MachineKind, MachineNews, MachineStep, MachineWorld, NodeChange } from "./node-machine.ts";
import { isUp, upOrDown, type WatchedProcess } from "./watched-plan.ts";

/** One device of a synce4l. */
export interface NodeSynce {
  readonly kind: "synce";
  /** Process key of its synce4l. */
  readonly key: string;
  readonly hears: readonly string[];
  readonly linesOf: string;
  readonly profile: string;
  readonly configName: string;
  readonly conf: SynceDeviceConf;
  readonly options: SynceOptions;
  readonly device: SynceDevice;
  /** When time alone changes something, in monotonic milliseconds; undefined: never. */
  readonly nextTickMs: number | undefined;
  /** synce4l told of the EEC since it started: its word counts, not that of a DPLL. */
  readonly isTold: boolean;
}

/** SyncE devices: those that the configurations of synce4l name. */
export const synceKind: MachineKind<NodeSynce> = {
  follow: (before, world, _edited, now) =>
    world.plan.processes
      .filter(({ program }) => program === "synce4l")
      .flatMap((synce4l) => {
        const profile = world.profiles.find(({ name }) => name === synce4l.profile) ?? { name: synce4l.profile };
        return synceDevices(profile.synce4lConf).map((conf) => follow(before, { profile, synce4l, conf }, world, now));
      }),
  hear: (machine, news, _world, now) => {
    const told = toldBy(news, machine);
    if (told.length === 0) return undefined;
    const tellsEec = news.kind === "line" && told.some(({ kind }) => kind === "eec-state");
    const isTold = news.kind !== "process" && (machine.isTold || tellsEec);
    return step({ ...machine, isTold }, told, now);
  },
};

interface SynceParts {
  readonly profile: NodeProfile;
  readonly synce4l: WatchedProcess;
  readonly conf: SynceDeviceConf;
}

function follow(
  before: readonly NodeSynce[],
  { profile, synce4l, conf }: SynceParts,
  world: MachineWorld,
  now: Instant,
): NodeSynce {
  const { key, configName } = synce4l;
  const options = {
    name: conf.name,
    networkOption: conf.networkOption,
    extendedTlv: conf.extendedTlv,
    holdoverMs: holdoverParameters(profile.ptpSettings).timeoutMs,
    synce4lDowntimeMs: clockLimits(profile).synce4lDowntimeMs,
  };
  // DPLLs are told of by the processes that own them.
  const hears = world.plan.processes.flatMap((each) => (each.profile === profile.name ? [each.key] : []));
  const head = { kind: "synce", key, hears, linesOf: key, profile: profile.name, configName, conf, options } as const;
  const kept = before.find((each) => each.key === key && JSON.stringify(each.conf) === JSON.stringify(conf));
  if (kept !== undefined) {
    const { device, isTold, nextTickMs } = kept;
    return { ...head, device, isTold, nextTickMs };
  }
  const begun = { ...head, device: initialSynceDevice(now), isTold: false, nextTickMs: undefined };
  return isUp(world.processes.get(key)) ? step(begun, [{ kind: "process-up" }], now).machine : begun;
}

function toldBy(news: MachineNews, { key, conf, isTold }: NodeSynce): readonly SynceObservation[] {
  switch (news.kind) {
    case "tick":
      return [news];
    case "process":
      return news.key === key ? [upOrDown(news.report)] : [];
    case "line":
      return news.key === key ? heardInLine(news.fact, conf) : [];
    case "dpll":
      return isTold ? [] : heardOfDpll(news.status, conf);
    case "gnss":
    case "management":
      return [];
  }
}

function heardInLine(fact: LogFact, conf: SynceDeviceConf): readonly SynceObservation[] {
  const { name, interfaces } = conf;
  if (fact.kind === "eec-status") {
    const state = eecStates.find((each) => fact.eecState === `EEC_${each}`);
    return fact.device === name && state !== undefined ? [{ kind: "eec-state", state }] : [];
  }
  if (fact.kind === "clock-quality") {
    const { interfaceName, qualityLevel, extendedQualityLevel, device } = fact;
    if (device !== name) return [];
    const level = { kind: "quality-level", interfaceName } as const;
    const plain = { ...level, extended: false, qualityLevel };
    if (extendedQualityLevel === undefined) return [plain];
    return [plain, { ...level, extended: true, qualityLevel: extendedQualityLevel }];
  }
  const heard = hearSynce4l(fact, { name, interfaces });
  return heard === undefined ? [] : [heard];
}

const eecStates: readonly EecState[] = ["LOCKED_HO_ACQ", "LOCKED", "HOLDOVER", "FREERUN", "INVALID"];

const eecByLockStatus: Readonly<Record<DpllLockStatus, EecState | undefined>> = {
  unknown: undefined,
  invalid: "INVALID",
  unlocked: "FREERUN",
  locked: "LOCKED",
  "locked-ho-acq": "LOCKED_HO_ACQ",
  holdover: "HOLDOVER",
};

/** The EEC of a device is the frequency half of its NIC's DPLL: until synce4l tells of a change, that is who knows. */
function heardOfDpll(status: DpllStatus, { interfaces }: SynceDeviceConf): readonly SynceObservation[] {
  if (!interfaces.includes(status.interfaceName)) return [];
  const state = eecByLockStatus[lockStatusFromCode(status.frequencyStatus)];
  return state === undefined ? [] : [{ kind: "eec-state", state, isReading: true }];
}

function step(machine: NodeSynce, observations: readonly SynceObservation[], now: Instant): MachineStep<NodeSynce> {
  let { device, nextTickMs } = machine;
  let changes = noChanges;
  for (const observation of observations) {
    const stepped = stepSynce(device, observation, machine.options, now);
    ({ device, nextTickMs } = stepped);
    if (stepped.changes.length > 0) changes = [...changes, ...stepped.changes.map((each) => toldAs(machine, each))];
  }
  return { machine: { ...machine, device, nextTickMs }, changes };
}

function toldAs({ profile, configName: config, conf }: NodeSynce, change: SynceChange): NodeChange {
  const { at, cause } = change;
  const named = { process: "synce4l", profile, config };
  if (change.kind === "state")
    return { clock: { ...named, iface: conf.name }, from: change.from, to: change.to, at, cause };
  const [from, to] = [change.from ?? "unknown", change.to ?? "unknown"];
  const iface = `${conf.name}/${change.interfaceName}`;
  return { clock: { ...named, iface }, of: "quality-level", from, to, at, cause };
}

const noChanges: readonly NodeChange[] = [];
