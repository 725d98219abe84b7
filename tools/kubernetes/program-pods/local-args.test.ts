import assert from "node:assert/strict";
import { test } from "node:test";
import { localArgs } from "./local-args.ts";

test("localArgs: ports and mounted files, nothing else", () => {
  const places = {
    portByPort: new Map([[8443, 1234]]),
    folderByMountPath: new Map([
      ["/etc/a", "/tmp/1"],
      ["/etc/a/b", "/tmp/2"],
    ]),
  };
  const args = ["--listen=:8443", "--other=:9", "--file=/etc/a/x", "--deep=/etc/a/b/x", "--name=/etc/ab/x", "--flag"];
  const local = ["--listen=127.0.0.1:1234", "--other=:9", "--file=/tmp/1/x", "--deep=/tmp/2/x", "--name=/etc/ab/x"];
  assert.deepEqual(localArgs(args, places), [...local, "--flag"]);
});
