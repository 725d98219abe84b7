import { decodeMessage, managementIds } from "@ptp/ptp";
import { managementCorpus } from "../../../packages/ptp/src/management/testing/management-corpus.ts";
import type { FuzzTarget } from "../fuzz-target.ts";

const kinds: readonly string[] = ["response", "error", "unknown", "request", "malformed"];

/** Datagrams of whoever writes to the agent's management socket. */
export const management: FuzzTarget = {
  name: "management",
  title: "decodeMessage: any datagram is a message or malformed with a reason; the ids are ours",
  seeds: managementCorpus,
  prepare: () => (input) => {
    const message = decodeMessage(input);
    if (!kinds.includes(message.kind)) throw new Error(`a message of kind ${message.kind}`);
    if (message.kind === "malformed" && message.reason.length < 3) throw new Error("malformed without a reason");
    if (message.kind === "response" && !managementIds.includes(message.id)) throw new Error(`no id: ${message.id}`);
  },
};
