import { createHash } from "node:crypto";
import type { Sha256Hex } from "@ptp/node";

/** SHA-256 by the host's library. */
export const sha256Hex: Sha256Hex = (bytes) => createHash("sha256").update(bytes).digest("hex");
