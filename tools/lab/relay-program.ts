import { connect, createServer } from "node:net";

// Usage: node relay-program.ts PORT SOCKET [ADDRESS]: passes connections to that port of the address, by default 127.0.0.1,
// on to a Unix socket, both ways.
const [port = "", socketPath = "", address = "127.0.0.1"] = process.argv.slice(2);
const server = createServer((inner) => {
  const outer = connect(socketPath);
  inner.on("error", () => outer.destroy()).on("close", () => outer.destroy());
  outer.on("error", () => inner.destroy()).on("close", () => inner.destroy());
  inner.pipe(outer).pipe(inner);
});
server.listen(Number(port), address, () => console.log("listens"));
