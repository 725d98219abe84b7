import { join } from "node:path";

/** Where what is read of the host lies. It moves nothing that is written or rendered. */
export interface HostRoot {
  readonly procPath: string;
  readonly sysPath: string;
  readonly devPath: string;
}

/** A host root: `/` on a node, a fixture tree in tests. */
export function hostRoot(path = "/"): HostRoot {
  return { procPath: join(path, "proc"), sysPath: join(path, "sys"), devPath: join(path, "dev") };
}
