import { isDeepStrictEqual } from "node:util";
import { parseControlLine, parseLogHeader, readFact, stripLinePrefix } from "@ptp/ptp";
import type { EventValue } from "@ptp/truth";
import { unknownConfig, type DaemonConfig } from "./daemon-config.ts";
import { silentConfig, type ConfigState } from "./daemon-state.ts";
import { endHoldover, hearFact } from "./hear-fact.ts";
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
  return {
    hear: (line, nowMs) => {
      const control = parseControlLine(line);
      if (control !== undefined) return control.command === "restart" ? "restart" : "nothing";
      const header = parseLogHeader(line);
      if (header?.configName === undefined || !/^\w+\.\d+\.config$/.test(header.configName)) return "nothing";
      // The clock that ts2phc steers is that of the ptp4l beside it.
      const state = stateOf(header.configName.replace(/^ts2phc\./, "ptp4l."));
      const { program } = header;
      // chronyd's lines may begin with a date behind the daemon's header.
      const text = program === "chronyd" ? stripLinePrefix(header.text).text : header.text;
      const fact = readFact(program, text);
      if (fact === undefined || !isMeant(state.config, program, fact.kind)) return "nothing";
      if (!states.has(state.config.name) && states.size >= maxConfigs) return "nothing";
      states.set(state.config.name, hearFact(state, { program, fact, nowMs }));
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
    with: (next) => {
      const kept = [...states].filter(([name, { config }]) => isDeepStrictEqual(next.get(name), config));
      return createLineHearer(next, new Map(kept));
    },
  };
}

/** Lines of a config without profile or interfaces mean nothing, but for programs that have none. */
function isMeant({ profile, interfaces, haProfiles }: DaemonConfig, program: string, kind: string): boolean {
  if (kind === "process-status" || program === "synce4l") return true;
  return profile !== undefined && (interfaces.length > 0 || haProfiles.length > 0 || program === "chronyd");
}
