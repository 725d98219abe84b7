import type { OpenDatagramPort } from "./datagram-port.ts";

/** Opens sockets that receive from the peer they send to and from no other: from the one that is there at each send. */
export function attachedTo(openPort: OpenDatagramPort): OpenDatagramPort {
  return async (options) => {
    const port = await openPort(options);
    return { ...port, sendTo: (bytes, path) => port.attach(path) ?? port.sendTo(bytes, path) };
  };
}
