import { createControlPlane } from "../control-plane/control-plane.ts";

/** What a control plane that waits to be killed tells about itself, as one line of JSON. */
export interface DoomedPlane {
  readonly dir: string;
  readonly pids: readonly number[];
}

const plane = await createControlPlane({ scheduler: true });
// Halted, a process neither sees a signal that it could handle nor its parent's end.
plane.pauseApiServer();
const { etcd, apiServer, controllerManager, scheduler } = plane;
const pids = [etcd, apiServer, controllerManager, scheduler].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
const told: DoomedPlane = { dir: plane.dir, pids };
console.log(JSON.stringify(told));
