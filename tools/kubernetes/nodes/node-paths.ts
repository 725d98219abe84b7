/** Where a node's programs and settings lie, as its own processes see them. */
export interface NodePaths {
  readonly cniBinDir: string;
  readonly cniConfDir: string;
  readonly runc: string;
}

/** In a folder that goes with the node. */
export const nodeDir = "/run/node";
