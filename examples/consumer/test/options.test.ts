import assert from "node:assert/strict";
import { test } from "node:test";
import { readOptions } from "../src/options.ts";

test("the node is enough", () => {
  const options = readOptions([], { NODE_NAME: "w1.example.com" });
  assert.equal(options?.producer.href, "http://ptp-event-publisher-service-w1.openshift-ptp.svc.cluster.local:9043/");
  assert.equal(options?.endpoint, "http://localhost:9200/event");
  assert.equal(options?.resources.length, 5);
  assert.equal(options?.checkMs, 30_000);
  assert.equal(options?.keep, false);
});

test("arguments win over the environment", () => {
  const env = { NODE_NAME: "a", PORT: "1", RESOURCES: "/sync", KEEP: "true" };
  const options = readOptions(["--node", "b", "--port", "2"], env);
  assert.deepEqual([options?.nodeName, options?.port, options?.resources, options?.keep], ["b", 2, ["/sync"], true]);
});

test("a token is shown only where a file of one is named", () => {
  assert.equal(readOptions(["--node", "a"], { TOKEN_FILE: "" })?.tokenFile, undefined);
  assert.equal(readOptions(["--node", "a"], { TOKEN_FILE: "/token" })?.tokenFile, "/token");
  assert.equal(readOptions(["--node", "a", "--token-file", "/t"], { TOKEN_FILE: "/token" })?.tokenFile, "/t");
});

test("help asks for nothing", () => assert.equal(readOptions(["--help"], {}), undefined));

test("what is wrong is said with its remedy", () => {
  for (const [words, message] of [
    [[], /no node: give --node NAME/],
    [["--port", "0"], /--port 0 is not between 1 and 65535/],
    [["--producer", "w1:9043"], /--producer "w1:9043" is no URL such as/],
    [["--endpoint", "x"], /--endpoint "x" is no URL/],
    [["--resources", "lock-state"], /"lock-state" is no resource such as/],
    [["--check-seconds", "1.5"], /--check-seconds 1.5 is not between/],
    [["--other"], /--other/],
  ] as const) {
    const env = words.length === 0 ? {} : { NODE_NAME: "w1" };
    assert.throws(() => readOptions(words, env), message);
  }
});
