import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { openSmallProducer } from "../../tools/conformance/testing/small-producer.ts";
import { programPath } from "../../tools/kubernetes/binaries/programs.ts";
import { playProgramPods } from "../../tools/kubernetes/program-pods/program-pods.ts";
import { openControlPlane } from "../../tools/kubernetes/testing/open-control-plane.ts";
import { until } from "../../tools/kubernetes/testing/until.ts";
import { commandBlocks, paste } from "../events/testing/page-commands.ts";

const consumer = join(import.meta.dirname, "../../examples/consumer/src/main.ts");

test("the consumer's manifests run it, and end it, by the commands of the page", { timeout: 400_000 }, async (t) => {
  const plane = await openControlPlane(t, { scheduler: true });
  if (plane === undefined) return;
  const producer = await openSmallProducer();
  t.after(() => producer.close());
  await plane.createNodes([producer.nodeName]);
  // Names of Services lead nowhere here; that those of the manifests are right is told by their unit test. What is handed
  // to all programs as arguments is left out.
  const run = `export PORT=$LOCAL_PORT_9043 PRODUCER=${producer.origin.origin}
    export ENDPOINT=http://localhost:$PORT/event; exec "$0" ${consumer}`;
  const pods = playProgramPods({
    plane,
    programOf: ({ image }) =>
      image.startsWith("ptp-event-consumer:") ? ["bash", "-c", run, process.execPath] : undefined,
  });
  t.after(() => pods.close());
  const [install = "", remove = ""] = commandBlocks("consuming-events.md", "In a cluster");
  const env = {
    ...plane.environment,
    PATH: `${dirname(programPath("kubectl"))}:${process.env["PATH"]}`,
    HOME: plane.dir,
  };

  await paste(install, env);
  const said = (): string => pods.lines("cloud-consumer-deployment").join("\n");
  await until("it has subscribed", () => producer.subscriptions().length === 5, 60_000).catch(() =>
    assert.fail(said()),
  );
  const addresses = producer.subscriptions().map(({ ResourceAddress }) => ResourceAddress);
  assert.ok(
    addresses.every((address) => address.startsWith(`/cluster/node/${producer.nodeName}/sync/`)),
    "to the node it runs on",
  );

  await paste(remove, env);
  // The pod is gone; its last line may still be on its way here.
  await until("it says so", () => /unsubscribed$/m.test(said())).catch(() => assert.fail(said()));
  assert.deepEqual(producer.subscriptions(), []);
});
