import type { CallbackServer } from "./callback-server.ts";
import { deliveryCases } from "./cases/delivery-cases.ts";
import { readCases } from "./cases/read-cases.ts";
import { serveCases } from "./cases/serve-cases.ts";
import { subscribeCases } from "./cases/subscribe-cases.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { Skip, withTrial, type Producer } from "./trial.ts";

/** What came of a case. */
export interface CaseResult {
  readonly id: string;
  readonly title: string;
  readonly outcome: "pass" | "fail" | "skip";
  /** What is wrong, or why it was not tried. */
  readonly detail: string;
}

/** All cases, in the order in which they run. */
export const allCases: readonly ConformanceCase[] = [...serveCases, ...subscribeCases, ...readCases, ...deliveryCases];

/** Runs cases one after the other; a failure does not stop the rest. */
export async function runCases(
  cases: readonly ConformanceCase[],
  producer: Producer,
  server: CallbackServer,
): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  for (const each of cases) results.push(await runCase(each, producer, server));
  return results;
}

async function runCase(each: ConformanceCase, producer: Producer, server: CallbackServer): Promise<CaseResult> {
  const { id, title } = each;
  const reason = reasonToSkip(each, producer);
  if (reason !== undefined) return { id, title, outcome: "skip", detail: reason };
  try {
    await withTrial(producer, server, (trial) => each.run(trial));
    return { id, title, outcome: "pass", detail: "" };
  } catch (error) {
    const detail = (error instanceof Error ? error.message : String(error)).replaceAll(/\s*\n\s*/g, " ").trim();
    return { id, title, outcome: error instanceof Skip ? "skip" : "fail", detail };
  }
}

function reasonToSkip({ isNew, needsAlone }: ConformanceCase, { legacy, alone }: Producer): string | undefined {
  if (legacy && isNew === true) return "not asked of the existing producer";
  if (!alone && needsAlone === true) return "deletes everybody's subscriptions: needs --alone";
  return undefined;
}
