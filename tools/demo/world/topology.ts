/** One end of a cable: a host's name and the interface in it. */
export type CableEnd = readonly [host: string, networkInterface: string];

/** Which hosts there are and how they are joined. */
export interface Topology {
  /** Hosts that are nodes: each gets an agent and a session socket. */
  readonly nodes: readonly string[];
  readonly cables: readonly (readonly [CableEnd, CableEnd])[];
}

/** The demo: a grandmaster, a boundary clock behind it, and two ordinary clocks behind that. */
export const demoTopology: Topology = {
  nodes: ["gm", "bc", "oc1", "oc2"],
  cables: [
    [end("gm", "gm0"), end("bc", "bc0")],
    [end("bc", "bc1"), end("oc1", "oc0")],
    [end("bc", "bc2"), end("oc2", "oc0")],
  ],
};

/** Names one end of a cable. */
export function end(host: string, networkInterface: string): CableEnd {
  return [host, networkInterface];
}

/** A hardware address that tells node and interface, so that clock identities can be read: `02:00:00:00:<node>:<port>`. */
export function hardwareAddress(topology: Topology, [host, networkInterface]: CableEnd): string {
  const node = topology.nodes.indexOf(host) + 1;
  const port = interfacesOf(topology, host).indexOf(networkInterface);
  return `02:00:00:00:${twoDigits(node)}:${twoDigits(port)}`;
}

/**
 * The node behind a port identity in linuxptp's text form, as `bc port 2`, or `bc` alone for its clock. The text itself
 * where it is no node's; ptp4l makes its identity of the hardware address of one of its interfaces.
 */
export function describeIdentity(topology: Topology, identity: string): string {
  const match = /^020000\.fffe\.00([0-9a-f]{2})[0-9a-f]{2}(?:-(\d+))?$/.exec(identity);
  const node = topology.nodes[Number.parseInt(match?.[1] ?? "0", 16) - 1];
  if (node === undefined) return identity;
  const port = match?.[2] ?? "0";
  return port === "0" ? node : `${node} port ${port}`;
}

function interfacesOf(topology: Topology, host: string): readonly string[] {
  return topology.cables.flat().flatMap(([name, networkInterface]) => (name === host ? [networkInterface] : []));
}

function twoDigits(value: number): string {
  return value.toString(16).padStart(2, "0");
}
