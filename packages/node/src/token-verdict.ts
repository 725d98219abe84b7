/** The audience of the tokens by which consumers of events prove themselves: they are of no use anywhere else. */
export const consumerAudience = "ptp-events.ptp.openshift.io";

/** Longest token of a consumer that anybody is asked about; ServiceAccounts' have about 1,500 characters. */
export const longestConsumerToken = 8_192;

/** What became of the question whose a consumer's token is; reasons are for people. */
export type TokenVerdict =
  /** `subject`: whom it names, such as `system:serviceaccount:vdu:app`. */
  | { readonly kind: "valid"; readonly subject: string }
  | { readonly kind: "invalid"; readonly reason: string }
  /** That cannot be told now. */
  | { readonly kind: "unknown"; readonly reason: string };
