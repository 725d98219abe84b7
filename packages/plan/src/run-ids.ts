import type { NodeProfile, RunIds } from "@ptp/node";
import { startOrder } from "./start-order.ts";

/**
 * The run id of every profile of a config. A profile that has a valid one in `previous` keeps it. Every other gets the
 * smallest number that is neither assigned nor in `inUse`, in start order: on a fresh node this is the numbering of the
 * existing stack.
 *
 * @param inUse Numbers freed earlier whose files, sockets or series are not gone yet. Numbers of living profiles may be
 * among them.
 */
export function assignRunIds(
  profiles: readonly NodeProfile[],
  previous: RunIds,
  inUse: ReadonlySet<number> = new Set(),
): RunIds {
  const names = [...new Set(startOrder(profiles).map(({ name }) => name))];
  const kept = keepValid(names, new Map(Object.entries(previous)));
  const taken = new Set([...inUse, ...kept.values()]);
  let next = 0;
  const assigned = names.map((name): readonly [string, number] => {
    const own = kept.get(name);
    if (own !== undefined) return [name, own];
    while (taken.has(next)) next += 1;
    taken.add(next);
    return [name, next];
  });
  return Object.fromEntries(assigned);
}

/** A number that is not one, or that two living profiles claim (a damaged file), counts for the first alone. */
function keepValid(names: readonly string[], previous: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const nameById = new Map<number, string>();
  for (const name of names) {
    const id = previous.get(name);
    if (id !== undefined && Number.isSafeInteger(id) && id >= 0 && !nameById.has(id)) nameById.set(id, name);
  }
  return new Map([...nameById].map(([id, name]) => [name, id]));
}
