import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { silentLogger } from "@ptp/kit";
import type { Ptp4lInstance } from "@ptp/plan";
import {
  decodeMessage,
  encodeError,
  encodeResponse,
  managementTable,
  parsePortIdentity,
  type PortIdentity,
} from "@ptp/ptp";
import type { DatagramPort } from "../host/datagram-port.ts";
import { openLinuxDatagramPort } from "../host/linux-datagram.ts";
import { createManagementQueries } from "./management-queries.ts";

const clock = parsePortIdentity("4628ea.fffe.02aa96-1") as PortIdentity;
const portData = { neighborPropDelayThreshNs: 1, asCapable: true };

test("createManagementQueries: tells how long each answer took, a refusal included, and that none came", async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "ptp-queries-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const socketPath = join(dir, "ptp4l");
  const asked: number[] = [];
  const port: DatagramPort = await openLinuxDatagramPort({
    path: socketPath,
    onDatagram: (bytes, from) => {
      const request = decodeMessage(bytes);
      assert.equal(request.kind, "request");
      const { domainNumber, sequenceId, portIdentity, targetPortIdentity } = request;
      asked.push(targetPortIdentity.portNumber);
      const envelope = { domainNumber, sequenceId, sourcePortIdentity: clock, targetPortIdentity: portIdentity };
      const isKnown = request.id === "PORT_DATA_SET_NP";
      const refusal = encodeError(envelope, managementTable[request.id].code, 2);
      port.sendTo(isKnown ? encodeResponse(envelope, "PORT_DATA_SET_NP", portData) : refusal, from);
    },
    onFailure: (error) => assert.fail(error),
  });
  const times: (number | undefined)[] = [];
  const queries = createManagementQueries({
    path: join(dir, "agent"),
    openPort: openLinuxDatagramPort,
    clientNumber: 5,
    monotonicMs: () => performance.now(),
    random: Math.random,
    onAnswer: (_instance, seconds) => times.push(seconds),
    log: silentLogger,
  });
  t.after(() => queries.stop());
  const instance: Ptp4lInstance = {
    key: "ptp4l.0",
    profile: "p",
    configName: "ptp4l.0.config",
    socketPath,
    domainNumber: 24,
    clockType: "OC",
    interfaces: ["eth0"],
  };
  const startMs = performance.now();
  assert.deepEqual(await queries.query(instance, "PORT_DATA_SET_NP"), [portData]);
  assert.equal((await queries.get(instance, "PORT_DATA_SET_NP"))?.kind, "replies");
  assert.deepEqual(asked, [0xffff, 1], "one answer is asked for of one port, or more would come");
  const external = { grandmasterIdentity: clock.clockIdentity, stepsRemoved: 1 };
  assert.equal((await queries.set(instance, "EXTERNAL_GRANDMASTER_PROPERTIES_NP", external))?.kind, "unsupported");
  await port.close();
  assert.equal((await queries.get(instance, "DEFAULT_DATA_SET"))?.kind, "unreachable");
  assert.equal(times.length, 4);
  const tookS = (performance.now() - startMs) / 1_000;
  assert.ok(times.slice(0, 3).every((seconds) => seconds !== undefined && seconds > 0 && seconds < tookS));
  assert.equal(times[3], undefined);
});
