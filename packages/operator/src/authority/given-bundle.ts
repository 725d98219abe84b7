import { readFile } from "node:fs/promises";
import {
  createApplier,
  createReflector,
  resources,
  type ApiClient,
  type Applier,
  type LeaderElection,
} from "@ptp/cluster";
import { AppError, messageOf, type Logger, type Part } from "@ptp/kit";
import { ownLabels } from "../own-labels.ts";
import type { AuthorityNames } from "./authority-names.ts";
import { bundleKey, ownBundle, type ConfigMap } from "./authority-objects.ts";
import { readCertificates } from "./certificate-text.ts";

/** What telling agents about somebody else's authority needs. */
export interface GivenBundleOptions {
  readonly client: ApiClient;
  /** Its certificates, PEM. */
  readonly caPath: string;
  readonly names: AuthorityNames;
  /** Absent: this is the only replica. */
  readonly election?: Pick<LeaderElection, "isLeading" | "fence" | "subscribe">;
  readonly log: Logger;
}

/** A file that cert-manager or a user renews is read again this often. */
const rereadMs = 60_000;

/** Keeps the agents' ConfigMap as a file says, while this replica leads. `start` throws AppError invalid for a bad file. */
export function createGivenBundle({ client, caPath, names, election, log }: GivenBundleOptions): Part {
  const applier = createApplier({ client, ...(election && { fence: () => election.fence() }) });
  const { namespace, bundle: name } = names;
  const selection = { resource: resources.configmaps, namespace, fieldSelector: `metadata.name=${name}` };
  const cache = createReflector<ConfigMap>({ client, log, ...selection });
  let problem = "";
  const tell = async (): Promise<void> => {
    if (election?.isLeading() === false || !cache.synced()) return;
    try {
      await writeBundle(applier, { caPath, names, current: cache.objects.get(`${namespace}/${name}`) });
      problem = "";
    } catch (error) {
      const now = messageOf(error);
      if (now !== problem) log.warn("agents cannot be told whom to trust", { problem: now });
      problem = now;
    }
  };
  let stops: readonly (() => void)[] = [];
  return {
    name: "agents' authority",
    start: async (signal) => {
      await readBundleFile(caPath);
      const timer = setInterval(() => void tell(), rereadMs).unref();
      stops = [
        cache.subscribe(() => void tell()),
        ...(election ? [election.subscribe(() => void tell())] : []),
        () => clearInterval(timer),
      ];
      await cache.start(signal);
    },
    stop: async () => {
      for (const stop of stops) stop();
      await cache.stop();
    },
  };
}

interface BundlePlace extends Pick<GivenBundleOptions, "caPath" | "names"> {
  readonly current: ConfigMap | undefined;
}

async function writeBundle(applier: Applier, { caPath, names, current }: BundlePlace): Promise<void> {
  const wanted = givenBundle(await readBundleFile(caPath), current, names);
  await applier.apply(resources.configmaps, wanted, { force: true, current });
}

/**
 * The ConfigMap that tells agents these authorities (PEM), instead of the one that is there now.
 *
 * @throws AppError invalid if that one is not this operator's: it is not touched.
 */
export function givenBundle(pem: string, current: ConfigMap | undefined, names: AuthorityNames): ConfigMap {
  ownBundle(current, names);
  const { namespace, bundle: name, prefix } = names;
  const metadata = { name, namespace, labels: ownLabels(prefix) };
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data: { [bundleKey]: pem } };
}

async function readBundleFile(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new AppError("invalid", `--tls-ca ${path} cannot be read: ${messageOf(error)}`, { cause: error });
  });
  const certificates = readCertificates(text);
  if (certificates.length === 0) throw new AppError("invalid", `--tls-ca ${path} holds no certificate (PEM)`);
  return certificates.map(({ pem }) => pem).join("");
}
