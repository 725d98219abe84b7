import type { Finding } from "../findings/finding.ts";
import type { CustomResource } from "../gen/types.ts";
import type { NodeDocument } from "./node-document.ts";
import type { SecretDocument } from "./secret.ts";

/** Everything a directory or a command line may hand to the resolver, told apart by `kind`. */
export type ClusterDocument = CustomResource | NodeDocument | SecretDocument;

/**
 * What became of one document. `object` names it for people (`PtpConfig/openshift-ptp/gm`; a List item also by its
 * place). `foreign` documents are valid Kubernetes objects this project has no use for: not an error.
 */
export type DocumentReading =
  | { readonly type: "document"; readonly object: string; readonly document: ClusterDocument }
  | { readonly type: "invalid"; readonly object: string; readonly findings: readonly Finding[] }
  | { readonly type: "foreign"; readonly object: string };
