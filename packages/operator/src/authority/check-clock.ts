import { resourcePath, resources, type ApiClient, type KubeObject } from "@ptp/cluster";
import { AppError } from "@ptp/kit";
import type { AuthorityNames } from "./authority-names.ts";

/** Certificates forgive a day; what is off by more than this is wrong rather than late. */
const maxDifferenceMs = 3_600_000;

/**
 * Compares this replica's clock with the API server's before something is made that is valid from now on: by a clock that
 * is wrong good certificates look ended, and new ones would be good for nobody.
 *
 * @throws AppError transient, with both times, where they differ by more than an hour; ApiError of the question.
 */
export async function checkClock(
  client: Pick<ApiClient, "request">,
  { namespace, prefix }: Pick<AuthorityNames, "namespace" | "prefix">,
  nowMs: number,
): Promise<void> {
  // The one place where the API server tells its time in an answer: an object it would make, but does not keep.
  const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { generateName: `${prefix}-clock-`, namespace } };
  const path = resourcePath(resources.configmaps, { namespace });
  const answer = (await client.request({ method: "POST", path, query: { dryRun: "All" }, body })) as KubeObject;
  const theirsMs = Date.parse(answer.metadata.creationTimestamp ?? "");
  if (Number.isNaN(theirsMs) || Math.abs(theirsMs - nowMs) <= maxDifferenceMs) return;
  const [ours, theirs] = [nowMs, theirsMs].map((timeMs) => new Date(timeMs).toISOString());
  throw new AppError(
    "transient",
    `no certificate is made: the clock of this replica says ${ours}, that of the API server ${theirs}; set the wrong one`,
  );
}
