import { defaultNamespace, type NodeDocument, type PtpConfig, type SecretDocument } from "@ptp/api";
import type { Logger } from "@ptp/kit";
import type { Registry } from "prom-client";
import { countAdmission } from "./admission/admission-metrics.ts";
import { createAdmissionServer, type AdmissionServer } from "./admission/admission-server.ts";
import type { JudgeContext } from "./admission/judge.ts";
import type { ClusterOptions } from "./options.ts";
import type { Store } from "./store/store.ts";
import type { ServingCertificate } from "./tls/serving-certificate.ts";

/** What admission is made of. */
export interface AdmissionPlace {
  readonly options: Pick<ClusterOptions, "webhook" | "namespace" | "watchNamespaces">;
  readonly store: Pick<Store, "state" | "synced">;
  readonly certificate: ServingCertificate;
  readonly registry: Registry;
  readonly log: Logger;
}

/** The webhook's server; undefined where none is wanted. */
export function composeAdmission({ options, store, ...place }: AdmissionPlace): AdmissionServer | undefined {
  const { webhook } = options;
  if (webhook === undefined) return undefined;
  const { certificate, registry, log } = place;
  const context = (namespace: string) => (store.synced() ? contextOf(options, store, namespace) : undefined);
  return createAdmissionServer({ ...webhook, certificate, context, answered: countAdmission(registry), log });
}

/** What the rules may look at beside the object. */
export function contextOf(
  { namespace: own, watchNamespaces }: AdmissionPlace["options"],
  store: Pick<Store, "state">,
  namespace: string,
): JudgeContext {
  const all = [...store.state().objects.values()];
  const readsSecrets = [own, ...(watchNamespaces ?? [])].includes(namespace);
  return {
    ptpConfigs: all.filter((object): object is PtpConfig => object.kind === "PtpConfig"),
    // What other objects shall define may come after this one: kubectl applies files in the order of their names.
    ptpConfigsArePartial: true,
    nodes: all.filter((object): object is NodeDocument => object.kind === "Node"),
    ...(readsSecrets && { secrets: all.filter((object): object is SecretDocument => object.kind === "Secret") }),
    counts: (kind, where) =>
      kind === "PtpOperatorConfig"
        ? where === (own || defaultNamespace)
        : watchNamespaces === undefined || watchNamespaces.includes(where),
  };
}
