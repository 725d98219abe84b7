import { readFileSync } from "node:fs";
import { connect, createServer } from "node:net";

// Usage: node service-proxy-program.ts PORT FILE: passes each connection to 127.0.0.1:PORT on to one of the endpoints
// `ADDRESS PORT` that stand in the file, a line each, at that moment; the next one takes the next.
const [listenPort = "", file = ""] = process.argv.slice(2);
let connections = 0;
const server = createServer((inner) => {
  const endpoints = readFileSync(file, "utf8").split("\n").filter(Boolean);
  const [address = "", port = ""] = endpoints[connections++ % endpoints.length]?.split(" ") ?? [];
  if (address === "") return void inner.destroy();
  const outer = connect(Number(port), address);
  inner.on("error", () => outer.destroy()).on("close", () => outer.destroy());
  outer.on("error", () => inner.destroy()).on("close", () => inner.destroy());
  inner.pipe(outer).pipe(inner);
});
server.listen(Number(listenPort), "127.0.0.1", () => console.log("listens"));
