import { isJsonObject, parseSaFile } from "@ptp/api";
import { byBytes, fromProfileJson } from "@ptp/node";
import type { JsonValue, NodeProfile } from "@ptp/node";
import { getOption, interfaceSections, parseConf, parseOpts, splitOpts } from "@ptp/ptp";
import type { ParsedProfile } from "./parsed-config.ts";
import { text } from "./untrusted.ts";

/**
 * Reads one entry of `spec.profile`; undefined if it has no name to be found by. A profile with a problem, known from
 * validation or found here, keeps its name so that those who refer to it can be told, and nothing else.
 */
export function parseProfile(value: unknown, path: string, known: string | undefined): ParsedProfile | undefined {
  const name = isJsonObject(value) ? (text(value["name"]) ?? "") : "";
  if (name === "") return undefined;
  const unused = { name, path, interfaces: [], setsSystemClock: false };
  if (known !== undefined) return { ...unused, problem: known };
  // JSON by origin: custom resources come from YAML or JSON text.
  const { profiles, refused } = fromProfileJson([value as JsonValue]);
  const [profile] = profiles;
  if (profile !== undefined) return { name, path, profile, ...readTexts(profile) };
  const problem = refused.map(({ path, reason }) => `${path}: ${reason}`).join("; ");
  return { ...unused, problem };
}

function readTexts(profile: NodeProfile): Omit<ParsedProfile, "name" | "path"> {
  const { conf } = parseConf(profile.ptp4lConf ?? "");
  const runsPtp4l = profile.ptp4lOpts !== "";
  const ports = new Set(interfaceSections(conf));
  if (profile.interface !== undefined && profile.interface !== "") ports.add(profile.interface);
  const secret = parseSaFile(getOption(conf, "global", "sa_file") ?? "");
  return {
    interfaces: runsPtp4l ? [...ports].sort(byBytes) : [],
    setsSystemClock: setsSystemClock(profile.phc2sysOpts ?? ""),
    ...(secret === undefined ? {} : { secret }),
  };
}

/**
 * Whether these options let phc2sys steer the system clock: `-r` of automatic mode asks for it, and with a fixed source
 * (`-s`) it is what is steered unless `-c` names another clock.
 */
function setsSystemClock(phc2sysOpts: string): boolean {
  const options = parseOpts(splitOpts(phc2sysOpts), "phc2sys").filter(({ kind }) => kind === "short");
  const valueOf = (letter: string) => options.findLast(({ name }) => name === letter)?.value;
  const steersFixed = valueOf("s") !== undefined && (valueOf("c") ?? systemClock) === systemClock;
  return steersFixed || options.some(({ name }) => name === "r");
}

const systemClock = "CLOCK_REALTIME";
