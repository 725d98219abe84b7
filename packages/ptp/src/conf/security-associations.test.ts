import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConf } from "./parse-conf.ts";
import { authenticationFacts, securityAssociations } from "./security-associations.ts";

test("securityAssociations reads the numbers only", () => {
  const text =
    "# spp 9\n[security_association]\nSPP 0\nallow_mutable 1\n1 AES128 HEX:00\n[security_association]\nspp\t7\nspp 256\nspp x\n";
  assert.deepEqual([...securityAssociations(text)], [0, 7]);
});

test("authenticationFacts collects sa_file and spp", () => {
  const { conf } = parseConf("[global]\nsa_file /etc/ptp-secret-mount/s/k\nspp -1\n[a]\nspp 1\n[b]\n[nmea]\n");
  assert.deepEqual(authenticationFacts(conf), {
    saFile: "/etc/ptp-secret-mount/s/k",
    saFileLine: 2,
    globalSpp: "-1",
    ports: [
      { section: "a", spp: "1", line: 5 },
      { section: "b", line: 6 },
    ],
  });
  assert.deepEqual(authenticationFacts(parseConf("").conf), { saFileLine: 0, ports: [] });
});
