import type { Finding } from "../findings/finding.ts";
import type { CustomResource } from "../gen/types.ts";
import type { ObjectMeta } from "../object-meta.ts";
import type { ConfigMapDocument } from "./config-map.ts";
import type { NodeDocument } from "./node-document.ts";
import type { SecretDocument } from "./secret.ts";

/** Everything a directory or a command line may hand to the resolver, told apart by `kind`. */
export type ClusterDocument = CustomResource | NodeDocument | SecretDocument | ConfigMapDocument;

/** A custom resource that broke its schema; only its kind and the name in its metadata are known to be right. */
export interface InvalidResource {
  readonly kind: CustomResource["kind"];
  readonly metadata: Pick<ObjectMeta, "name"> & { readonly namespace?: string };
  readonly spec?: unknown;
}

/**
 * What became of one document. `object` names it for people (`PtpConfig/openshift-ptp/gm`; a List item also by its
 * place). `foreign` documents are valid Kubernetes objects this project has no use for: not an error. An `invalid` custom
 * resource of a known kind also comes as it was written, with the namespace filled in: resolution uses what is sound in it.
 */
export type DocumentReading =
  | { readonly type: "document"; readonly object: string; readonly document: ClusterDocument }
  | {
      readonly type: "invalid";
      readonly object: string;
      readonly findings: readonly Finding[];
      readonly document?: InvalidResource;
    }
  | { readonly type: "foreign"; readonly object: string };
