import { connect, createServer } from "node:net";

// Usage: node relay-program.ts PORT SOCKET: passes connections to 127.0.0.1:PORT on to a Unix socket, both ways.
const [port = "", socketPath = ""] = process.argv.slice(2);
const server = createServer((inner) => {
  const outer = connect(socketPath);
  inner.on("error", () => outer.destroy()).on("close", () => outer.destroy());
  outer.on("error", () => inner.destroy()).on("close", () => inner.destroy());
  inner.pipe(outer).pipe(inner);
});
server.listen(Number(port), "127.0.0.1", () => console.log("listens"));
