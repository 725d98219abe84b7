import type { NodeProfile, RunIds } from "@ptp/node";
import { nearestName } from "@ptp/ptp";
import { UsageError } from "../usage-error.ts";

/**
 * Reads `--run-ids name=0,name2=3`. Profiles that are not named get the smallest free numbers.
 *
 * @throws UsageError for another form, a profile that is not there, or a number given twice.
 */
export function readRunIds(text: string, profiles: readonly NodeProfile[]): RunIds {
  const names = profiles.map(({ name }) => name);
  const idByName = new Map<string, number>();
  for (const part of text.split(",").map((each) => each.trim())) {
    if (part === "") continue;
    const [name, id] = readPair(part);
    if (!names.includes(name)) throw unknownProfile(name, names);
    if (idByName.has(name)) throw new UsageError(`--run-ids names ${name} twice; each profile has one id`);
    const other = [...idByName].find(([, taken]) => taken === id);
    if (other !== undefined) throw new UsageError(`--run-ids gives ${id} to ${other[0]} and ${name}; ids are unique`);
    idByName.set(name, id);
  }
  return Object.fromEntries(idByName);
}

function readPair(part: string): readonly [string, number] {
  // The last one: a profile's name may hold any character.
  const at = part.lastIndexOf("=");
  const digits = part.slice(at + 1);
  if (at < 1 || !/^\d{1,6}$/.test(digits)) {
    throw new UsageError(
      `--run-ids: "${part}" is not <profile>=<number>; write for example oc_profile1=0,bc_profile2=3`,
    );
  }
  return [part.slice(0, at), Number(digits)];
}

function unknownProfile(name: string, names: readonly string[]): UsageError {
  const suggestion = nearestName(name, names);
  const hint = suggestion === undefined ? `the profiles are ${names.join(", ")}` : `did you mean "${suggestion}"?`;
  return new UsageError(`--run-ids: no profile is named "${name}"; ${hint}`);
}
