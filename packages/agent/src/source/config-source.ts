import type { NodeReport } from "@ptp/node";
import type { ConfigOffer } from "../apply/config-offer.ts";

/** Where configs come from and where results and reports go. */
export interface ConfigSource {
  readonly name: string;
  /** Offers configs until the signal aborts. Never rejects: what goes wrong is logged and tried again. */
  run(signal: AbortSignal): Promise<void>;
  /** Something that a report tells has changed; the source asks for the report when it sends one. */
  reportChanged(): void;
}

/** What every source is given. */
export interface SourceContext {
  readonly offer: (offer: ConfigOffer) => void;
  /** The state of the node now. */
  readonly report: () => NodeReport;
}
