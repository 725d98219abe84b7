import { isDeepStrictEqual } from "node:util";
import {
  admitHardwareConfig,
  admitPtpConfig,
  admitPtpOperatorConfig,
  applyDefaults,
  isJsonObject,
  validateObject,
  type AdmissionContext,
  type Findings,
  type HardwareConfig,
  type PtpConfig,
  type PtpOperatorConfig,
} from "@ptp/api";
import type { AdmissionRequest, Verdict } from "./admission-review.ts";
import { ratchet } from "./ratchet.ts";
import { verdictOf } from "./verdict-of-findings.ts";

/** A kind that is judged. */
export type JudgedKind = "PtpConfig" | "PtpOperatorConfig" | "HardwareConfig";

/** What is known of the cluster. */
export interface JudgeContext extends AdmissionContext {
  /** Whether this operator acts on objects of a kind in a namespace. */
  readonly counts: (kind: JudgedKind, namespace: string) => boolean;
}

/** Versions the rules are written for; the API server converts others. */
const versions: Readonly<Record<JudgedKind, string>> = {
  PtpConfig: "v1",
  PtpOperatorConfig: "v1",
  HardwareConfig: "v2alpha1",
};

const allowed: Verdict = { allowed: true, warnings: [] };

/**
 * Judges what the API server asks about.
 *
 * Always allowed are: deletions, other resources than the kind, objects that are being deleted, and edits that leave the
 * spec as it was. An edit is refused for what it makes worse, not for what was wrong before.
 */
export function judge(kind: JudgedKind, request: AdmissionRequest, context: JudgeContext): Verdict {
  const { operation, subResource, object, oldObject } = request;
  if ((operation !== "CREATE" && operation !== "UPDATE") || subResource !== "") return allowed;
  const { group, version, kind: asked } = request.kind;
  if (group !== "ptp.openshift.io" || version !== versions[kind] || asked !== kind) {
    const got = `${group}/${version} ${asked}`;
    return warned(`not judged: this address is for ptp.openshift.io/${versions[kind]} ${kind}, not ${got}`);
  }
  if (!isJsonObject(object)) return { allowed: false, message: `${operation} without an object`, warnings: [] };
  const metadata = isJsonObject(object["metadata"]) ? object["metadata"] : {};
  if (metadata["deletionTimestamp"] !== undefined) return allowed;
  const old = operation === "UPDATE" && isJsonObject(oldObject) ? oldObject : undefined;
  if (old !== undefined && isDeepStrictEqual(old["spec"], object["spec"])) return allowed;
  const namespace = typeof metadata["namespace"] === "string" ? metadata["namespace"] : "";
  const now = findingsOf(kind, object, context);
  if (!context.counts(kind, namespace)) return elsewhere(now, kind, namespace);
  return verdictOf(old === undefined ? now : ratchet(now, findingsOf(kind, old, context)));
}

/** Whoever reads that namespace, if anybody, may have other rules. */
function elsewhere({ errors, warnings }: Findings, kind: JudgedKind, namespace: string): Verdict {
  const message = `this operator reads no ${kind} in namespace ${namespace}: it has no effect there`;
  return verdictOf({ errors: [], warnings: [{ path: "", message }, ...errors, ...warnings] });
}

function findingsOf(kind: JudgedKind, object: unknown, context: AdmissionContext): Findings {
  // A newer CRD may have fields this operator does not know: the API server has removed those that nobody knows.
  const errors = validateObject(object, { unknownFields: "ignore" });
  if (errors.length > 0) return { errors, warnings: [] };
  switch (kind) {
    case "PtpConfig":
      return admitPtpConfig(applyDefaults(kind, object as PtpConfig), context);
    case "PtpOperatorConfig":
      return admitPtpOperatorConfig(applyDefaults(kind, object as PtpOperatorConfig));
    case "HardwareConfig":
      return admitHardwareConfig(applyDefaults(kind, object as HardwareConfig), context);
  }
}

function warned(warning: string): Verdict {
  return { allowed: true, warnings: [warning] };
}
