import { createHash } from "node:crypto";
import { chmod, chown, mkdir, rm } from "node:fs/promises";
import { AppError, messageOf } from "@ptp/kit";

/** Name of the one socket in it. */
const socketName = "node.sock";

/** A folder for the socket of an agent and the operator it started: short whatever the names, another for another agent. */
export function sessionDirectory(nodeName: string, stateDirectory: string): string {
  const mark = createHash("sha256").update(`${nodeName}@${stateDirectory}`).digest("hex").slice(0, 12);
  return `/run/ptp-controller-${mark}`;
}

/** The socket in such a folder. */
export function sessionSocket(directory: string): string {
  return `${directory}/${socketName}`;
}

/**
 * Makes the folder anew, owned by the child's user and open to nobody else but root.
 *
 * @throws AppError invalid with the capability that is missing.
 */
export async function makeSessionDirectory(directory: string, userId: number): Promise<void> {
  try {
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { mode: 0o700 });
    // The umask may have taken away what the owner needs.
    await chmod(directory, 0o700);
    await chown(directory, userId, userId);
  } catch (error) {
    const remedy = "controller mode runs as root with the capabilities CHOWN and DAC_OVERRIDE";
    throw new AppError("invalid", `${directory} cannot be made for user ${userId}: ${messageOf(error)}; ${remedy}`, {
      cause: error,
    });
  }
}
