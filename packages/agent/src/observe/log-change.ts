import type { Logger } from "@ptp/kit";
import type { NodeChange } from "@ptp/truth";

/** One log line per transition of a clock, with its cause chain. */
export function logChange(
  log: Logger,
  { of, from, to, cause }: Pick<NodeChange, "of" | "from" | "to" | "cause">,
  fields: Readonly<Record<string, string>>,
): void {
  const what = (of ?? "state").replace("clock-", "").replace("-", " ");
  log.info(`clock ${what} changed`, {
    ...fields,
    from,
    to,
    cause: cause.join("; "),
  });
}
