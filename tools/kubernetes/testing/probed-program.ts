import { readFileSync } from "node:fs";
import { createServer } from "node:http";

// Usage: node probed-program.ts PORT FILE…: shows the files, is ready after a second, and ends in order on SIGTERM.
const [port = "", ...paths] = process.argv.slice(2);
for (const path of paths) console.log(`${path}: ${readFileSync(path, "utf8").slice(0, 20)}`);
console.log(`on ${process.env["NODE_NAME"]}`);
let ready = false;
setTimeout(() => (ready = true), 1000).unref();
const server = createServer((_request, response) => response.writeHead(ready ? 200 : 503).end());
server.listen(Number(port), "127.0.0.1");
process.on("SIGTERM", () => {
  console.log("ends in order");
  process.exit(0);
});
