/** One thing done to a JSON value, at the place with that number (counted around) of all its places. */
export interface Change {
  readonly place: number;
  /** `add` puts a member of an unknown name into an object, or an element at the end of a list. */
  readonly how: "replace" | "remove" | "add";
  readonly value: unknown;
}

/** A copy of the JSON value with the change made. */
export function changed(value: unknown, change: Change): unknown {
  const places = placesIn(value);
  return changedAt(value, places[change.place % places.length] ?? [], change);
}

type Place = readonly (string | number)[];

function placesIn(value: unknown, place: Place = []): readonly Place[] {
  const members = Array.isArray(value) ? [...value.entries()] : isObject(value) ? Object.entries(value) : [];
  return [place, ...members.flatMap(([key, member]) => placesIn(member, [...place, key]))];
}

function changedAt(value: unknown, [key, ...rest]: Place, change: Change): unknown {
  if (key === undefined) return changedHere(value, change);
  const removed = rest.length === 0 && change.how === "remove";
  const member = (current: unknown): unknown => changedAt(current, rest, change);
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => (index !== key ? [item] : removed ? [] : [member(item)]));
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([name]) => !(removed && name === key));
  return Object.fromEntries(entries.map(([name, item]) => [name, name === key ? member(item) : item]));
}

function changedHere(value: unknown, { how, value: put }: Change): unknown {
  if (how !== "add") return how === "replace" ? put : value;
  if (Array.isArray(value)) return [...(value as unknown[]), put];
  return isObject(value) ? { ...value, unheardOf: put } : put;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
