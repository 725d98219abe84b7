/** Where a program of a pod finds things when it runs as a plain process on this machine. */
export interface LocalPlaces {
  /** Ports of 127.0.0.1 by the port the pod says. */
  readonly portByPort: ReadonlyMap<number, number>;
  /** Folders of this machine by mount path. */
  readonly folderByMountPath: ReadonlyMap<string, string>;
}

/** A container's arguments as they must be here: `:8443` becomes an address of this machine, mounted files the real ones. */
export function localArgs(args: readonly string[], { portByPort, folderByMountPath }: LocalPlaces): readonly string[] {
  const folders = [...folderByMountPath].toSorted(([a], [b]) => b.length - a.length);
  return args.map((arg) => {
    const port = /=:(\d+)$/.exec(arg)?.[1];
    const here = port === undefined ? undefined : portByPort.get(Number(port));
    if (here !== undefined) return arg.replace(/:\d+$/, `127.0.0.1:${here}`);
    const mount = folders.find(([mountPath]) => arg.includes(`=${mountPath}/`));
    return mount === undefined ? arg : arg.replace(`=${mount[0]}/`, `=${mount[1]}/`);
  });
}
