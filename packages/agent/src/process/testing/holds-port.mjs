// Binds a UDP port given as argument, like a program whose ports may be in use.
import { createSocket } from "node:dgram";
const socket = createSocket("udp4");
socket.on("error", (error) => {
  console.error(`failed to bind: ${error.message}`);
  process.exit(1);
});
socket.bind(Number(process.argv[2]), "127.0.0.1", () => console.log("bound"));
