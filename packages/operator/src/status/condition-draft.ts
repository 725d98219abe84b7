import { conditionsByKind, isGood, reasons, type Condition, type ConditionType, type Reason } from "@ptp/api";
import type { ConditionDraft } from "@ptp/resolve";
import type { StatusKind } from "../store/object-key.ts";

/** A condition before its bookkeeping. */
export function draft(
  type: string,
  status: Condition["status"],
  reason: Reason,
  message = "",
): ConditionDraft & { readonly reason: Reason } {
  return { type, status, reason, message };
}

/** What the summary conditions are made of. */
export interface Summary {
  readonly kind: StatusKind;
  /** The conditions of the object but Ready, Reconciling and Stalled. */
  readonly aspects: readonly ConditionDraft[];
  /** What is still under way, in words; absent: nothing. */
  readonly pending?: { readonly reason: Reason; readonly message: string };
  /** What waits for the user, beside conditions; absent: nothing. */
  readonly failed?: { readonly reason: Reason; readonly message: string };
}

/** Reasons after which nothing happens until the user acts. */
const stallingReasons = new Set<string>([
  reasons.invalid,
  reasons.unresolvedProfileReference,
  reasons.ambiguousProfileReference,
  reasons.secretMissing,
  reasons.refused,
  reasons.unsupported,
  reasons.updateStalled,
  reasons.profilesTooLarge,
  reasons.hardwareFailed,
  reasons.ownedByOthers,
]);

/** Ready, and Reconciling and Stalled where they are true (kstatus convention), before the conditions they sum up. */
export function withSummary({ kind, aspects, pending, failed }: Summary): readonly ConditionDraft[] {
  const bad = conditionsByKind[kind].filter(({ summarised }) => summarised).flatMap((type) => badOf(type, aspects));
  const stalling = bad.find(({ reason }) => stallingReasons.has(reason)) ?? failed;
  const first = stalling ?? pending ?? bad[0];
  const ready =
    first === undefined
      ? draft("Ready", "True", reasons.succeeded)
      : { type: "Ready", status: "False" as const, reason: first.reason, message: first.message };
  return [
    ready,
    ...(pending === undefined ? [] : [draft("Reconciling", "True", pending.reason, pending.message)]),
    ...(stalling === undefined
      ? []
      : [{ type: "Stalled", status: "True" as const, reason: stalling.reason, message: stalling.message }]),
    ...aspects,
  ];
}

function badOf(type: ConditionType, aspects: readonly ConditionDraft[]): readonly ConditionDraft[] {
  return aspects.filter((aspect) => aspect.type === type.type && !isGood(aspect, type));
}

/** Bookkeeping of conditions. */
export interface ConditionContext {
  readonly previous: readonly Condition[] | undefined;
  /** Generation judged on; undefined of an object of which no version was ever good. */
  readonly generation: number | undefined;
  /** RFC 3339 text of now. */
  readonly now: string;
}

/** Conditions with generation and transition time, which changes only when the status does. */
export function toConditions(drafts: readonly ConditionDraft[], context: ConditionContext): readonly Condition[] {
  const { previous = [], generation, now } = context;
  return drafts.map(({ type, status, reason, message }) => {
    const last = previous.find((condition) => condition.type === type);
    const lastTransitionTime = last?.status === status ? last.lastTransitionTime : now;
    const observed = generation === undefined ? {} : { observedGeneration: generation };
    return { type, status, ...observed, lastTransitionTime, reason, message };
  });
}
