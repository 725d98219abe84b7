import { agreeWhere, type AnyObject, type Applier, type ObjectReader, type Resource } from "@ptp/cluster";
import { canonicalJson, type JsonValue } from "@ptp/node";
import { AppError } from "@ptp/kit";

/** Annotation with the hash of what was applied: an object that has it, and agrees, need not be applied again. */
const appliedHashAnnotation = "ptp.openshift.io/applied-hash";

/** Requests under way at the same time: thousands of nodes must not crowd out what changes meanwhile. */
const atOnce = 8;

/** What applying objects of one kind needs. */
export interface KindOfObjects {
  readonly applier: Applier;
  readonly resource: Resource<AnyObject>;
  /** All objects of that kind, as the watch has them. */
  readonly objects: ObjectReader<AnyObject>;
  /** Whether an object of them is this operator's, and goes if it is not wanted. */
  readonly isOurs: (object: AnyObject) => boolean;
  readonly sha256Hex: (text: string) => string;
  readonly signal: AbortSignal;
}

/**
 * Makes the objects of one kind be those wanted. One that fails stops none of the others.
 *
 * @throws the first failure, at the end.
 */
export async function applyEventObjects(wanted: readonly AnyObject[], kind: KindOfObjects): Promise<void> {
  const { applier, resource, objects, isOurs, sha256Hex, signal } = kind;
  const currentByName = new Map([...objects.values()].map((object) => [object.metadata.name, object]));
  const names = new Set(wanted.map(({ metadata }) => metadata.name));
  const surplus = [...currentByName.values()].filter((object) => isOurs(object) && !names.has(object.metadata.name));
  const stale = wanted
    .map((object) => withHash(object, sha256Hex))
    .filter((object) => !isApplied(object, currentByName.get(object.metadata.name)));
  const failures = await inTurn([
    ...surplus.map((object) => () => applier.remove(resource, object, { signal })),
    ...stale.map((object) => () => {
      // Of slices only our own are followed: one that is not known may be somebody else's, which is a conflict.
      const force = currentByName.has(object.metadata.name);
      return applier.apply(resource, object, { force, signal });
    }),
  ]);
  if (failures.length > 0) throw failures[0];
}

/** What is not wanted any more was in the hash; what others changed does not agree. */
function isApplied(wanted: AnyObject, current: AnyObject | undefined): boolean {
  return current !== undefined && agreeWhere(wanted, wanted, current);
}

function withHash(object: AnyObject, sha256Hex: (text: string) => string): AnyObject {
  const hash = sha256Hex(canonicalJson(object as unknown as JsonValue)).slice(0, 16);
  const annotations = { ...object.metadata.annotations, [appliedHashAnnotation]: hash };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** Runs all, some at once; returns the errors. A replica that lost the lead stops at the first. */
async function inTurn(tasks: readonly (() => Promise<unknown>)[]): Promise<readonly unknown[]> {
  const waiting = [...tasks];
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      try {
        await task();
      } catch (error) {
        failures.push(error);
        if (error instanceof AppError && error.kind === "waiting") waiting.length = 0;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return failures;
}
