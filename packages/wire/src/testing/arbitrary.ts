import {
  clockProcesses,
  programNames,
  profileTextFields,
  type DeviceHardware,
  type DeviceInventory,
  type JsonValue,
  type NodeConfig,
  type NodeReport,
} from "@ptp/node";
import fc from "fast-check";

/** Protobuf writes strings as UTF-8 and protobuf-es keeps maps in plain objects. */
const text = fc.string({ unit: "grapheme" }).filter((value) => value.isWellFormed());
const key = text.filter((value) => value !== "__proto__");
const name = key.filter((value) => value !== "");
const json = fc.jsonValue({ noUnicodeString: false }).filter(isWellFormed) as fc.Arbitrary<JsonValue>;
const wholeNumber = fc.maxSafeInteger();

function isWellFormed(value: unknown): boolean {
  const written = JSON.stringify(value);
  return !written.includes("__proto__") && !/\\ud[89a-f]/i.test(written);
}

const texts = fc.record(Object.fromEntries(profileTextFields.map((field) => [field, text])), { requiredKeys: [] });
const threshold = fc.record(
  {
    holdOverTimeout: wholeNumber,
    maxOffsetThreshold: wholeNumber,
    minOffsetThreshold: wholeNumber,
    processDowntimeThresholds: fc.record({ ptp4l: fc.nat(86_400), gpsd: fc.nat(86_400) }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);
const highAvailability = fc.record(
  {
    enableHA: fc.boolean(),
    preferredPrimary: text,
    heartBeatTimeout: wholeNumber,
    // An empty list is none on the wire.
    sourcePriority: fc.array(text, { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: [] },
);
const profile = fc
  .tuple(
    texts,
    fc.record(
      {
        name,
        ptpSchedulingPolicy: fc.constantFrom("SCHED_OTHER" as const, "SCHED_FIFO" as const),
        ptpSchedulingPriority: fc.integer({ min: 1, max: 65 }),
        ptpClockThreshold: threshold,
        ptpSettings: fc.dictionary(key, text),
        highAvailability,
        plugins: fc.dictionary(key, json),
      },
      { requiredKeys: ["name"] },
    ),
  )
  .map(([fields, rest]) => ({ ...fields, ...rest }));
const events = fc.record(
  { enableEventPublisher: fc.boolean(), transportHost: text, apiVersion: text, storageType: text },
  { requiredKeys: ["enableEventPublisher"] },
);

/** Any configuration an operator may issue. */
export const arbitraryNodeConfig: fc.Arbitrary<NodeConfig> = fc.record(
  {
    nodeName: name,
    profiles: fc.array(profile, { maxLength: 4 }),
    hardware: fc.array(fc.record({ name, profile: text, hardwareProfile: fc.dictionary(key, json) }), { maxLength: 2 }),
    plugins: fc.array(name, { maxLength: 3 }),
    events,
    secrets: fc.array(fc.record({ secret: name, key: name, content: fc.uint8Array() }), { maxLength: 2 }),
    leapSeconds: text,
  },
  { requiredKeys: ["nodeName", "profiles", "hardware", "plugins", "secrets"] },
);

const leapStandings = ["known", "expiring", "expired", "refused", "contradicted"] as const;

const uint32 = fc.nat(0xffff_ffff);
const outcome = fc.oneof(
  fc.record({ name, outcome: fc.constant("applied" as const) }),
  fc.record({ name, outcome: fc.constant("refused" as const), path: text, reason: text }),
);
const clock = fc.record(
  {
    profile: text,
    process: fc.constantFrom(...clockProcesses),
    configName: text,
    state: fc.constantFrom("LOCKED" as const, "HOLDOVER" as const, "FREERUN" as const, "UNKNOWN" as const),
    sinceUnixMs: wholeNumber,
    cause: fc.array(text, { maxLength: 3 }),
    clockClass: fc.nat(255),
    offsetNs: fc.double({ noNaN: true }),
    parentPortIdentity: text,
    grandmasterIdentity: text,
    ports: fc.array(fc.record({ number: uint32, name: text, state: text }), { maxLength: 3 }),
    source: fc.record({
      profile: text,
      interface: text,
      sinceUnixMs: wholeNumber,
      cause: fc.array(text, { maxLength: 3 }),
    }),
  },
  { requiredKeys: ["profile", "process", "configName", "state", "sinceUnixMs", "cause", "ports"] },
);
const process = fc.record(
  {
    key: name,
    program: fc.constantFrom(...programNames),
    profile: text,
    configName: text,
    state: fc.constantFrom(
      "stopped" as const,
      "starting" as const,
      "running" as const,
      "stopping" as const,
      "backoff" as const,
    ),
    pid: uint32,
    starts: uint32,
    sinceUnixMs: wholeNumber,
    lastExit: text,
  },
  { requiredKeys: ["key", "program", "profile", "configName", "state", "starts", "sinceUnixMs", "lastExit"] },
);

const hardwareTexts = [
  "vendorId",
  "deviceId",
  "subsystemVendorId",
  "subsystemDeviceId",
  "firmwareVersion",
  "driverVersion",
  "linkStatus",
  "linkSpeed",
  "fec",
  "vpdIdentifierString",
  "vpdPartNumber",
  "vpdSerialNumber",
  "vpdManufacturerId",
  "vpdProductName",
  "vpdVendorSpecific1",
  "vpdVendorSpecific2",
] as const satisfies readonly (keyof DeviceHardware)[];
const allTexts = <T extends string>(names: readonly T[]) =>
  Object.fromEntries(names.map((name) => [name, text])) as Record<T, typeof text>;
const hardware = fc.record({ pciAddress: name, ...allTexts(hardwareTexts) }, { requiredKeys: ["pciAddress"] });
const device = fc.record(
  { name, profile: text, phcIndex: fc.nat(64), hardware },
  { requiredKeys: ["name", "hardware"] },
);
const boardTexts = ["manufacturer", "productName", "version", "serialNumber"] as const;

/** Any inventory within the limits. */
export const arbitraryInventory: fc.Arbitrary<DeviceInventory> = fc.record(
  {
    devices: fc.array(device, { maxLength: 3 }),
    systemInfo: fc.record(allTexts([...boardTexts, "skuNumber", "family"]), { requiredKeys: [] }),
    baseBoardInfo: fc.record(allTexts(boardTexts), { requiredKeys: [] }),
  },
  { requiredKeys: ["devices"] },
);

/** Any report an agent may send. */
export const arbitraryNodeReport: fc.Arbitrary<NodeReport> = fc.record(
  {
    revision: text,
    outcomes: fc.array(outcome, { maxLength: 3 }),
    clocks: fc.array(clock, { maxLength: 3 }),
    processes: fc.array(process, { maxLength: 3 }),
    notices: fc.array(text, { maxLength: 2 }),
    inventory: arbitraryInventory,
    leapSeconds: fc.record({
      standing: fc.constantFrom(...leapStandings),
      origin: text,
      utcOffsetS: fc.integer({ min: -128, max: 127 }),
      expiresUnixMs: wholeNumber,
      message: text,
    }),
  },
  { requiredKeys: ["revision", "outcomes", "clocks", "processes", "notices"] },
);
