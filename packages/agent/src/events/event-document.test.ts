import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import type { EventValue } from "@ptp/truth";
import { emptyDocument, eventDocument, wireTime } from "./event-document.ts";
import { resourceNames } from "./resources.ts";

const shared = new URL("../../../../../shared/data/events/captures/", import.meta.url);
const nodeName = "node1.example.com";

interface Captured {
  readonly id: string;
  readonly source: string;
  readonly time: string;
  readonly data: { readonly values: readonly { readonly ResourceAddress: string; readonly value: string }[] };
}

interface Capture {
  readonly initialNotifications: readonly Captured[];
  readonly steps: readonly { readonly events?: readonly Captured[] }[];
}

function captured(name: string): Capture | undefined {
  const file = new URL(`${name}.json`, shared);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Capture) : undefined;
}

/** The value that would make such an event. */
function valueOf({ source, data: { values } }: Captured): EventValue {
  const resource = resourceNames.find(({ path }) => path === source)?.resource ?? "sync-state";
  const below = (values[0]?.ResourceAddress ?? "").replace(`/cluster/node/${nodeName}/`, "");
  const name = below.replace(/\/(master|Ql)$/, "");
  const at = (index: number): number => Number(values[index]?.value);
  const state = values[0]?.value ?? "";
  const fields = {
    "sync-state": { state },
    "lock-state": { name, state, offsetNs: at(1) },
    "os-clock-sync-state": { name, state, offsetNs: at(1) },
    "clock-class": { name, clockClass: at(0) },
    "gnss-sync-status": { name, state, offsetNs: at(1), gpsFix: at(2) },
    "synce-lock-state": { name, state },
    "synce-clock-quality": { name, ql: at(0), extendedQl: at(1) },
  };
  return { resource, cause: [], ...fields[resource] } as EventValue;
}

for (const name of ["oc", "tgm", "tbc", "synce", "ha"]) {
  test(`eventDocument: pushes of the existing producer to the letter (${name})`, (t) => {
    const capture = captured(name);
    if (capture === undefined) return t.skip("no ../shared/data beside this checkout");
    const events = capture.steps.flatMap((step) => step.events ?? []);
    assert.ok(events.length > 0);
    for (const event of events) {
      const value = valueOf(event);
      const made = eventDocument({ ...value, id: event.id, nodeName, unixMs: 0, values: [value] });
      const expected = JSON.stringify({ ...event, time: made.time });
      // A state word is no decimal (E01).
      const mended = expected.replace(
        /"metric","value_type":"decimal64.3","value":"([A-Z]+)"/,
        '"notification","value_type":"enumeration","value":"$1"',
      );
      assert.equal(JSON.stringify(made), mended);
    }
  });
}

test("emptyDocument: the first notifications of a node that knows nothing", (t) => {
  const capture = captured("oc");
  if (capture === undefined) return t.skip("no ../shared/data beside this checkout");
  for (const event of capture.initialNotifications) {
    const { resource } = valueOf(event);
    const made = emptyDocument({ id: event.id, nodeName, resource, unixMs: 0, hasOthers: false });
    assert.equal(JSON.stringify(made), JSON.stringify({ ...event, time: made.time }));
  }
});

test("eventDocument: the old shape of a pull, and an offset that was not measured", () => {
  const addresses = (value: EventValue): readonly string[] =>
    eventDocument({ ...value, id: "", nodeName: "n", unixMs: 0, values: [value], shape: "legacy" }).data.values.map(
      ({ ResourceAddress }) => ResourceAddress,
    );
  assert.deepEqual(addresses({ resource: "clock-class", name: "a", clockClass: 6, cause: [] }), [
    "/cluster/node/n/a/master/CLOCK_CLASS",
  ]);
  assert.deepEqual(addresses({ resource: "synce-clock-quality", name: "d/p", ql: 1, extendedQl: 255, cause: [] }), [
    "/cluster/node/n/d/p/Ql",
    "d/p/ExtQL",
  ]);
  assert.equal(addresses({ resource: "lock-state", name: "a", state: "FREERUN", cause: [] }).length, 1);
});

test("eventDocument: since and cause only for who asked", () => {
  const value: EventValue = { resource: "lock-state", name: "a", state: "HOLDOVER", sinceUnixMs: 0, cause: ["lost"] };
  const content = { ...value, id: "", nodeName: "n", unixMs: 5, values: [value] };
  assert.equal("details" in eventDocument(content).data, false);
  assert.deepEqual(eventDocument({ ...content, withDetails: true }).data.details, [
    { ResourceAddress: "/cluster/node/n/a/master", since: "1970-01-01T00:00:00Z", cause: ["lost"] },
  ]);
});

test("wireTime: RFC 3339 without trailing zeros, whatever the clock says", () => {
  assert.equal(wireTime(1_500), "1970-01-01T00:00:01.5Z");
  assert.equal(wireTime(10_000), "1970-01-01T00:00:10Z");
  assert.equal(wireTime(1_700_000_000_123.9), "2023-11-14T22:13:20.123Z");
  for (const wild of [Number.NaN, -1, 1e300, Number.NEGATIVE_INFINITY]) assert.match(wireTime(wild), /^\d{4}-.*Z$/);
});
