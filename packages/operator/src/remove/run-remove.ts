import { createApiClient, loadKubeConfig } from "@ptp/cluster";
import { AppError, toAppError } from "@ptp/kit";
import { DeadlineError, realWorld } from "./removal-world.ts";
import { parseRemoveOptions } from "./remove-options.ts";
import { remove } from "./remove.ts";

/** Where a command line comes from and its words go. */
export interface CommandSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly tell: (line: string) => void;
}

/** `ptp-operator remove`. @returns the exit code, as --help lists them */
export async function runRemove(args: readonly string[], { env, tell }: CommandSurroundings): Promise<number> {
  try {
    const options = parseRemoveOptions(args, env);
    const { kubeconfig, namespace, timeoutMs } = options;
    const client = createApiClient(loadKubeConfig({ ...(kubeconfig !== undefined && { kubeconfig }) }));
    try {
      await remove(realWorld(client, namespace, timeoutMs, tell), options);
    } finally {
      await client.close();
    }
    tell(`nothing of ${options.name} is left in namespace ${namespace} but what was to be kept`);
    return 0;
  } catch (error) {
    tell(`ptp-operator remove: ${toAppError(error).message}`);
    return exitCodeOf(error);
  }
}

/** 3: the time is over; 2: somebody must change something first; 1: it may be tried again. */
function exitCodeOf(error: unknown): number {
  if (error instanceof DeadlineError) return 3;
  return error instanceof AppError && error.kind === "invalid" ? 2 : 1;
}
