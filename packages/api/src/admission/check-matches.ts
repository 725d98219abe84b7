import type { Finding } from "../findings/finding.ts";
import { elementPath } from "../findings/path.ts";
import type { PtpConfig } from "../gen/types.ts";
import type { AdmissionContext } from "./context.ts";

/** The annotation that keeps the old meaning of an empty match: with the value `none` it selects no node. */
export const emptyMatchAnnotation = "ptp.openshift.io/empty-match";

/** Warns about matches that select more or less than one might think: empty ones, and rules without a field. */
export function checkMatches(config: PtpConfig, { nodes }: AdmissionContext): readonly Finding[] {
  const selectsNone = config.metadata.annotations?.[emptyMatchAnnotation] === "none";
  return (config.spec?.recommend ?? []).flatMap(({ match = [], profile }, index) => {
    const path = `${elementPath("spec.recommend", index)}.match`;
    if (match.length === 0) {
      const message = selectsNone ? noneMessage(profile) : everyMessage(profile, nodes?.length);
      return [{ path, message }];
    }
    return match.flatMap(({ nodeName = "", nodeLabel = "" }, at) =>
      nodeName === "" && nodeLabel === ""
        ? [{ path: elementPath(path, at), message: "a rule without nodeName and nodeLabel selects no node; remove it" }]
        : [],
    );
  });
}

function everyMessage(profile: string, nodeCount: number | undefined): string {
  const count = nodeCount === undefined ? "" : ` (${nodeCount} now)`;
  return (
    `an empty match recommends "${profile}" for every node${count}; ` +
    `name nodes or labels, or set the annotation ${emptyMatchAnnotation}: none`
  );
}

function noneMessage(profile: string): string {
  return `an empty match recommends "${profile}" for no node, because of the annotation ${emptyMatchAnnotation}: none`;
}
