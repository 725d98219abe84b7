import type { PtpEvent, PtpValue } from "./ptp-event.ts";

/** What is known of the node's clocks. */
export interface StateTable {
  /** Takes a pushed event; the values that differ from what was known. A repeated delivery changes nothing. */
  push(event: PtpEvent): readonly PtpValue[];
  /** Says that a pull begins; what it yields is refused if an event of the same resource was pushed meanwhile. */
  startPull(): (event: PtpEvent) => readonly PtpValue[];
  values(): readonly PtpValue[];
}

/** Deliveries are repeated at once if at all. */
const maxIds = 256;

/** Creates an empty table. */
export function createStateTable(): StateTable {
  const known = new Map<string, PtpValue>();
  const ids = new Set<string>();
  const pushes = new Map<string, number>();
  const countOf = (source: string): number => pushes.get(source) ?? 0;
  const take = ({ values }: PtpEvent): readonly PtpValue[] =>
    values.filter((value) => {
      const key = `${value.address} ${value.kind}`;
      const isNew = known.get(key)?.value !== value.value;
      known.set(key, value);
      return isNew;
    });
  return {
    push: (event) => {
      if (ids.has(event.id)) return [];
      ids.add(event.id);
      const [oldest] = ids;
      if (ids.size > maxIds && oldest !== undefined) ids.delete(oldest);
      pushes.set(event.source, countOf(event.source) + 1);
      return take(event);
    },
    startPull: () => {
      const before = new Map(pushes);
      return (event) => (countOf(event.source) === (before.get(event.source) ?? 0) ? take(event) : []);
    },
    values: () => [...known.values()],
  };
}
