import type { StatusKey } from "../store/object-key.ts";
import type { ObjectStatus, Store } from "../store/store.ts";

/** Where status goes. */
export interface StatusTarget extends Pick<Store, "statusOf" | "writeStatus" | "statusKeys"> {
  /**
   * How long the writing of an object has to wait, in milliseconds; Infinity: it is for another replica to write. Absent:
   * everything is written at once.
   */
  readonly dueMs?: (key: StatusKey, status: ObjectStatus | undefined) => number;
  /** Whether an object is, now or soon, this replica's to write; what is not is not worked out. Absent: all are. */
  readonly wants?: (key: StatusKey) => boolean;
  /**
   * Whether an object has to be looked at again when it is due, also if it is as it should be until then. Absent: none has,
   * only what differs is waited for.
   */
  readonly isHeld?: (key: StatusKey) => boolean;
  /** Whether an object has this status and nothing is to be written. Absent: the writing itself finds out. */
  readonly holds?: (key: StatusKey, status: ObjectStatus | undefined) => boolean;
}
