import { isDeepStrictEqual } from "node:util";
import { parseControlLine, parseLogHeader, readFact, stripLinePrefix } from "@ptp/ptp";
import type { EventValue, MetricSample } from "@ptp/truth";
import { unknownConfig, type DaemonConfig } from "./daemon-config.ts";
import { daemonSamples, type SamplesAt } from "./daemon-samples.ts";
import { abandonedConfig, silentConfig, type ConfigState } from "./daemon-state.ts";
import { endHoldover, hearFact, type Heard } from "./hear-fact.ts";
import { showFact } from "./show-fact.ts";
import { toldValues, type AliasOf } from "./told-values.ts";

/** What the lines of a daemon have told so far. */
export interface LineHearer {
  /** Takes a line; `restart` where the daemon has new configs: make a new hearer. */
  hear(line: string, nowMs: number): "heard" | "nothing" | "restart";
  /** Ends what is over. */
  tick(nowMs: number): void;
  /** When `tick` has something to do; undefined: nothing ends by itself. */
  nextTickMs(): number | undefined;
  values(aliasOf: AliasOf): readonly EventValue[];
  /** Metrics of the same, and of all configs. */
  samples(at: SamplesAt): readonly MetricSample[];
  /** The daemon is not there any more. */
  abandon(): void;
  /** With other configs: what was heard of those that are the same stays. */
  with(configs: ReadonlyMap<string, DaemonConfig>): LineHearer;
}

/** Most configs of which state is kept. */
const maxConfigs = 256;

/** Creates a hearer for the configs of a daemon; those of unknown names count as having no profile, and are left out. */
export function createLineHearer(
  configs: ReadonlyMap<string, DaemonConfig>,
  before: ReadonlyMap<string, ConfigState> = new Map(),
): LineHearer {
  const states = new Map(before);
  const stateOf = (name: string): ConfigState =>
    states.get(name) ?? silentConfig(configs.get(name) ?? unknownConfig(name));
  const allNames = (): ReadonlySet<string> => new Set([...configs.keys(), ...states.keys()]);
  return {
    hear: (line, nowMs) => {
      const control = parseControlLine(line);
      if (control !== undefined) return control.command === "restart" ? "restart" : "nothing";
      const heard = readLine(line, nowMs);
      if (heard === undefined) return "nothing";
      // The clock that ts2phc steers is that of the ptp4l beside it.
      const state = stateOf(heard.configName.replace(/^ts2phc\./, "ptp4l."));
      if (!isMeant(state.config, heard)) return "nothing";
      if (!states.has(state.config.name) && states.size >= maxConfigs) return "nothing";
      states.set(state.config.name, { ...hearFact(state, heard), shown: showFact(state, heard) });
      return "heard";
    },
    tick: (nowMs) => {
      for (const [name, state] of states) states.set(name, endHoldover(state, nowMs));
    },
    nextTickMs: () => {
      const ends = [...states.values()].flatMap(({ holdoverEndMs }) => holdoverEndMs ?? []);
      return ends.length === 0 ? undefined : Math.min(...ends);
    },
    values: (aliasOf) => toldValues([...states.values()], aliasOf),
    samples: (at) => daemonSamples([...allNames()].map(stateOf), at),
    abandon: () => {
      for (const state of [...allNames()].map(stateOf)) states.set(state.config.name, abandonedConfig(state));
    },
    with: (next) => {
      const kept = [...states].filter(([name, { config }]) => isDeepStrictEqual(next.get(name), config));
      return createLineHearer(next, new Map(kept));
    },
  };
}

function readLine(line: string, nowMs: number): Heard | undefined {
  const header = parseLogHeader(line);
  if (header?.configName === undefined || !/^\w+\.\d+\.config$/.test(header.configName)) return undefined;
  const { program, configName } = header;
  // chronyd's lines may begin with a date behind the daemon's header.
  const text = program === "chronyd" ? stripLinePrefix(header.text).text : header.text;
  const fact = readFact(program, text);
  return fact === undefined ? undefined : { program, configName, fact, nowMs };
}

/** Lines of a config without profile or interfaces mean nothing, but for programs that have none. */
function isMeant({ profile, interfaces, haProfiles }: DaemonConfig, { program, fact }: Heard): boolean {
  if (fact.kind === "process-status" || program === "synce4l") return true;
  return profile !== undefined && (interfaces.length > 0 || haProfiles.length > 0 || program === "chronyd");
}
