import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import type { TestContext } from "node:test";
import { hostRoot, type HostRoot } from "../host-root.ts";

/** A port of a PCI adapter. */
export interface FakePort {
  readonly address: string;
  /** Files of the PCI function, such as `vendor`. */
  readonly function?: Readonly<Record<string, string | Uint8Array>>;
  /** Files of the interface, such as `carrier`. */
  readonly interface?: Readonly<Record<string, string>>;
  readonly driver?: string;
  /** Index of a clock that hangs at this function. */
  readonly phcIndex?: number;
  /** Address of the physical function of which this is a virtual one. */
  readonly physicalFunction?: string;
}

/** What a fake host has. */
export interface FakeHost {
  readonly ports?: Readonly<Record<string, FakePort>>;
  /** Interfaces with nothing behind them, such as veth pairs. */
  readonly virtual?: readonly string[];
  readonly vlans?: readonly string[];
  /** Files of /sys/class/dmi/id. */
  readonly dmi?: Readonly<Record<string, string>>;
}

/** Builds the parts of /proc and /sys that tell of interfaces, in a folder that goes with the test. */
export async function buildFakeSysfs(t: TestContext, host: FakeHost): Promise<HostRoot> {
  const path = await mkdtemp(join(tmpdir(), "ptp-sysfs-"));
  t.after(() => rm(path, { recursive: true }));
  const root = hostRoot(path);
  const virtual = [...(host.virtual ?? []), ...(host.vlans ?? [])];
  for (const [name, port] of Object.entries(host.ports ?? {})) await addPort(root, name, port);
  for (const name of virtual) await addInterface(root, name, join(root.sysPath, "devices/virtual/net", name));
  for (const name of host.vlans ?? []) await write(join(root.procPath, "self/net/vlan", name), "");
  for (const [name, text] of Object.entries(host.dmi ?? {}))
    await write(join(root.sysPath, "class/dmi/id", name), text);
  await writeInterfaceNames(root, [...Object.keys(host.ports ?? {}), ...virtual]);
  return root;
}

/** Adds a port while the host runs. */
export async function addPort(root: HostRoot, name: string, port: FakePort): Promise<void> {
  const folder = pciFolder(root, port.address);
  await link(join(folder, "subsystem"), join(root.sysPath, "bus/pci"));
  await addInterface(root, name, join(folder, "net", name));
  await link(join(folder, "net", name, "device"), folder);
  if (port.driver !== undefined) await link(join(folder, "driver"), join(root.sysPath, "bus/pci/drivers", port.driver));
  if (port.physicalFunction !== undefined) {
    await link(join(folder, "physfn"), pciFolder(root, port.physicalFunction));
  }
  if (port.phcIndex !== undefined) await mkdir(join(folder, "ptp", `ptp${port.phcIndex}`), { recursive: true });
  for (const [file, content] of Object.entries(port.function ?? {})) await write(join(folder, file), content);
  for (const [file, content] of Object.entries(port.interface ?? {}))
    await write(join(folder, "net", name, file), content);
}

/** Sets the interfaces that the agent's network namespace has. */
export async function writeInterfaceNames({ procPath }: HostRoot, names: readonly string[]): Promise<void> {
  const lines = names.map((name) => `${name.padStart(6)}: 0 0\n`);
  await write(join(procPath, "self/net/dev"), `Inter-|   Receive\n face |bytes\n${lines.join("")}`);
}

/** Folder of a PCI function. */
export function pciFolder({ sysPath }: HostRoot, address: string): string {
  return join(sysPath, "devices/pci0000:00", address);
}

async function addInterface({ sysPath }: HostRoot, name: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await link(join(sysPath, "class/net", name), folder);
}

async function link(path: string, target: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await mkdir(target, { recursive: true });
  await symlink(relative(dirname(path), target), path);
}

async function write(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
