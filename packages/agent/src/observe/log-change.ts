import type { Logger } from "@ptp/kit";
import type { NodeChange } from "@ptp/truth";

/** One log line per transition of a clock, with its cause chain. */
export function logChange(
  log: Logger,
  { of = "state", from, to, cause }: Pick<NodeChange, "of" | "from" | "to" | "cause">,
  fields: Readonly<Record<string, string>>,
): void {
  log.info(`clock ${of.replace("clock-", "").replace("-", " ")} changed`, {
    ...fields,
    from,
    to,
    cause: cause.join("; "),
  });
}
