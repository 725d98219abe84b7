import type { LinuxptpRelease } from "@ptp/ptp";
import type { NodeDocument } from "../documents/node-document.ts";
import type { SecretDocument } from "../documents/secret.ts";
import type { PtpConfig } from "../gen/types.ts";

/**
 * What is known beside the object that is admitted. An absent list means "not known": rules that need it are not
 * judged. An empty list means that nothing of the kind exists.
 */
export interface AdmissionContext {
  /** Every PtpConfig there is. With it a reference that no object answers is an error. */
  readonly ptpConfigs?: readonly PtpConfig[];
  /**
   * The list holds only some PtpConfigs, such as the files named on a command line: haProfiles and controllingProfile
   * that none of them answers are warnings then.
   */
  readonly ptpConfigsArePartial?: boolean;
  /** Every Secret of the object's namespace, or more. With it `sa_file` and `spp` are checked against its content. */
  readonly secrets?: readonly SecretDocument[];
  /** Every Node, to tell how many an empty match selects. */
  readonly nodes?: readonly NodeDocument[];
  /** The linuxptp release whose option table configuration texts are checked against; the newest known unless told. */
  readonly linuxptpRelease?: LinuxptpRelease;
}
