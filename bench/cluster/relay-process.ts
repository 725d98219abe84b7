import { startRelay } from "./service-relay.ts";

// In a host: from a port of its own 127.0.0.1 to a socket that all hosts see. Usage: node relay-process.ts PORT SOCKET
const [port = "0", path = ""] = process.argv.slice(2);
await startRelay({ host: "127.0.0.1", port: Number(port) }, [{ path }]);
