import type { SecretDocument } from "@ptp/api";
import {
  createApplier,
  createController,
  createRateLimiter,
  createWorkQueue,
  hasStatus,
  resourcePath,
  resources,
  type ApiClient,
  type Applier,
  type Clock,
  type KubeObject,
  type LeaderElection,
  type Resource,
} from "@ptp/cluster";
import { AppError, messageOf, type Logger, type Part } from "@ptp/kit";
import type { AuthorityNames } from "./authority-names.ts";
import {
  readAuthority,
  stateOf,
  type AuthorityContent,
  type AuthorityObjects,
  type ConfigMap,
} from "./authority-objects.ts";
import type { AuthorityWatch } from "./authority-watch.ts";
import { checkClock } from "./check-clock.ts";
import { defaultPeriods, nextStep, type AuthorityPeriods } from "./next-step.ts";
import { takeStep } from "./take-step.ts";
import { writeWebhookBundle } from "./webhook-bundle.ts";

/** What an authority needs. */
export interface AuthorityOptions {
  readonly client: ApiClient;
  readonly watch: AuthorityWatch;
  readonly names: AuthorityNames;
  /** Absent: this is the only replica. */
  readonly election?: Pick<LeaderElection, "isLeading" | "fence" | "subscribe">;
  readonly log: Logger;
  readonly nowUnixMs: () => number;
  readonly periods?: AuthorityPeriods;
  /** When it looks; default: the system's. */
  readonly clock?: Clock;
}

/** The operator's own certificate authority: while this replica leads, it keeps keys, bundle and certificate right. */
export interface Authority extends Part {
  /** Looks now whether something is to be done. */
  check(): void;
}

/** The one key of the queue: there is one authority. */
const key = "authority";
/** Clocks jump, and an event may be missed: looked at again at least this often. */
const recheckMs = 3_600_000;
/** Until the API server is told whom to trust, nothing new is admitted, or all is: it is told again this soon. */
const tellAgainMs = 15_000;
/** More steps in a row than any state needs. */
const maxSteps = 12;

/** Creates the authority; it works from `start` to `stop`. */
export function createAuthority(options: AuthorityOptions): Authority {
  const { client, watch, election, log, clock } = options;
  // Whoever has no certificate serves nobody: after an outage it is made soon.
  const rateLimiter = createRateLimiter({ baseMs: 250, maxMs: 60_000 });
  const queue = createWorkQueue({ rateLimiter, ...(clock && { clock }) });
  // What was applied is not remembered: it holds keys.
  const applier = createApplier({ client, remember: 0, ...(election && { fence: () => election.fence() }) });
  const check = (): void => queue.add(key);
  const reconcile = async () => {
    if (election?.isLeading() === false) return undefined;
    const untilMs = await keep(options, applier);
    return { requeueAfterMs: Math.min(recheckMs, Math.max(1000, untilMs - options.nowUnixMs())) };
  };
  const controller = createController({ name: "certificate authority", queue, reconcile, log });
  let stops: readonly (() => void)[] = [];
  return {
    name: "certificate authority",
    start: async (signal) => {
      stops = [watch.subscribe(check), ...(election ? [election.subscribe(check)] : [])];
      await controller.start(signal);
      check();
    },
    stop: async () => {
      for (const stop of stops) stop();
      await controller.stop();
    },
    check,
  };
}

/** Takes steps until there is none; returns when to look again. */
async function keep(options: AuthorityOptions, applier: Applier): Promise<number> {
  const { client, names, log, nowUnixMs, periods = defaultPeriods } = options;
  let last = "";
  let isTold = true;
  for (let count = 0; count < maxSteps; count += 1) {
    const objects = await look(options);
    const content = readAuthority(objects, names);
    const nowMs = nowUnixMs();
    const step = nextStep(stateOf(content), nowMs, periods);
    if (content.bundle !== undefined && step.type !== "publish" && step.type !== "found") {
      isTold = await tellWebhook(options, applier, content.bundle.certificates.map(({ pem }) => pem).join(""));
    }
    if (step.type === "wait") return isTold ? step.untilMs : nowMs + tellAgainMs;
    if (step.type !== "publish" || endsTrust(step.ids, content)) await checkClock(client, names, nowMs);
    await takeStep(step, { applier, names, periods, nowMs, objects, content });
    log.info("certificate authority", { step: step.type, namespace: names.namespace });
    last = step.type;
  }
  // Whoever changes what is written, such as another webhook, must not end the sessions of all agents.
  const { keys, server, bundle } = names;
  const objects = `Secrets ${keys} and ${server}, ConfigMap ${bundle} in ${names.namespace}`;
  throw new AppError(
    "transient",
    `the certificate authority did not settle within ${maxSteps} steps, the last was ${last}: find out who else changes ${objects}`,
  );
}

/** By a clock that runs ahead an authority in use looks ended, and all agents would be cut off. */
function endsTrust(ids: readonly string[], { bundle }: AuthorityContent): boolean {
  return bundle?.certificates.some(({ facts }) => !ids.includes(facts.id)) ?? false;
}

/** A webhook that cannot be told must keep no agent from its certificate. Returns whether it is told. */
async function tellWebhook({ watch, log }: AuthorityOptions, applier: Applier, pem: string): Promise<boolean> {
  try {
    await writeWebhookBundle(applier, watch.webhook(), pem);
    return true;
  } catch (error) {
    log.warn("the API server cannot be told whom to trust for admission", { problem: messageOf(error) });
    return false;
  }
}

/** Asked of the API server, not of a cache: what is decided on must be the newest, and keys are not kept. */
async function look({ client, names }: AuthorityOptions): Promise<AuthorityObjects> {
  const { namespace } = names;
  const get = async <T extends KubeObject>(resource: Resource<T>, name: string) => {
    try {
      return (await client.request({ method: "GET", path: resourcePath(resource, { namespace, name }) })) as T;
    } catch (error) {
      if (hasStatus(error, 404)) return undefined;
      throw error;
    }
  };
  const [keys, server, bundle] = await Promise.all([
    get<SecretDocument>(resources.secrets, names.keys),
    get<SecretDocument>(resources.secrets, names.server),
    get<ConfigMap>(resources.configmaps, names.bundle),
  ]);
  return { keys, server, bundle };
}
