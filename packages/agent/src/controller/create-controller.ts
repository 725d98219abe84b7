import { AppError, createHttpPart, type Part } from "@ptp/kit";
import type { AgentInput } from "../agent-input.ts";
import type { ControllerOptions } from "../agent-options.ts";
import { findProgram } from "../host/find-program.ts";
import { retriedPart } from "../probes/retried-part.ts";
import { controllerProbes } from "./controller-probes.ts";
import { createOperatorChild } from "./operator-child.ts";
import { operatorCommand, type OperatorCommand } from "./operator-command.ts";
import { makeSessionDirectory, sessionDirectory, sessionSocket } from "./session-directory.ts";

/** Controller mode of an agent (design.md section 5). */
export interface Controller {
  /** Where this agent finds the operator of its node, as `--operator` has it. */
  readonly operator: string;
  /** In start order. */
  readonly parts: readonly Part[];
}

const setprivFolders = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"];

/** Creates the operator of this node and the port that tells of both. */
export function createController(input: AgentInput, options: ControllerOptions, hasSession: () => boolean): Controller {
  const { log, sink } = input;
  const { nodeName, stateDirectory } = input.options;
  const directory = sessionDirectory(nodeName, stateDirectory);
  const prepare = async (): Promise<OperatorCommand> => {
    const setpriv = await findProgram("setpriv", setprivFolders);
    if (setpriv === undefined) {
      throw new AppError("invalid", "controller mode needs setpriv, to give up root: install util-linux");
    }
    await makeSessionDirectory(directory, options.userId);
    const { nodePath, operatorPath, clusterEnvironment: cluster } = input.surroundings;
    const programPath = options.programPath ?? operatorPath;
    const place = { nodeName, nodePath, programPath, cluster, path: input.path };
    return operatorCommand(options, { ...place, setprivPath: setpriv.path, sessionDirectory: directory });
  };
  const child = createOperatorChild({ prepare, sink, log, random: Math.random });
  const routes = controllerProbes(() => ({ isRunning: child.pid() !== undefined, hasSession: hasSession() }));
  const probes = createHttpPart({ name: "controller probes", ...options.probeBind, routes, log });
  return { operator: `unix:${sessionSocket(directory)}`, parts: [retriedPart(probes, log), child] };
}
