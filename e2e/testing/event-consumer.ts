import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

// Usage: node event-consumer.ts ADDRESS…; subscribes once at the node it runs on, and prints a line for each event.
const api = "http://127.0.0.1:9043/api/ocloudNotifications/v2";
const port = 9200;

const server = createServer((request, response) => {
  let text = "";
  request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  request.on("end", () => {
    const event: { source: string; data: { values: { value: string }[] } } = JSON.parse(text);
    console.log(`event ${event.source} ${event.data.values[0]?.value}`);
    response.writeHead(204).end();
  });
});
server.listen(port, "127.0.0.1");

for (;;) {
  const health = await fetch(`${api}/health`).then(
    ({ status }) => status,
    () => 0,
  );
  if (health === 200) break;
  await sleep(100);
}
for (const ResourceAddress of process.argv.slice(2)) {
  const body = JSON.stringify({ ResourceAddress, EndpointUri: `http://127.0.0.1:${port}/event` });
  const { status } = await fetch(`${api}/subscriptions`, { method: "POST", body });
  console.log(`subscribed ${ResourceAddress} ${status}`);
}
