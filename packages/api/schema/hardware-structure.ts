import { int64, listOf, mapOf, maybe, record, text } from "./fields.ts";

const pin = record(
  "How a DPLL pin is used.",
  {
    connector: maybe(text("Socket on the front plate, for example SMA1.")),
    phaseAdjustment: maybe(int64("Phase adjustment of the pin in picoseconds.")),
    frequency: maybe(int64("Frequency of the pin in hertz; phase pins carry one pulse per second unless told here.")),
    eSyncConfigName: maybe(text("Name of an embedded-sync definition of this clock chain; excludes frequency.")),
    description: maybe(text("Free text.")),
    referenceSync: maybe(text("Label of the phase pin this frequency input is synchronized with.")),
  },
  { type: "PinConfig" },
);

const pins = (what: string) => maybe(mapOf(pin, `${what}, by board label.`));

const holdoverParameters = record(
  "How long and how well the oscillator holds.",
  {
    maxInSpecOffset: maybe(int64("Largest offset that is still in specification, in nanoseconds; 100 unless told.")),
    localMaxHoldoverOffset: maybe(int64("Offset reached at the end of holdover, in nanoseconds; 1500 unless told.")),
    localHoldoverTimeout: maybe(int64("Length of holdover in seconds; 14400 unless told.")),
  },
  { type: "HoldoverParameters" },
);

const dpll = record(
  "The synchronizer of a subsystem.",
  {
    networkInterface: maybe(
      text("Interface whose address gives the clock identity of the DPLL; absent: the first port's."),
    ),
    holdoverParameters: maybe(holdoverParameters),
    phaseInputs: pins("Phase inputs"),
    phaseOutputs: pins("Phase outputs"),
    frequencyInputs: pins("Frequency inputs"),
    frequencyOutputs: pins("Frequency outputs"),
  },
  { type: "Dpll" },
);

/** `spec.profile.clockChain.structure`. */
export const structure = listOf(
  record(
    "An adapter or board with a synchronizer and ports.",
    {
      name: text("Name of the subsystem, unique in the clock chain."),
      hardwareSpecificDefinitions: maybe(
        text("Vendor definitions to start from, for example intel/e810; empty means default."),
      ),
      dpll: maybe(dpll),
      ethernet: maybe(
        listOf(
          record(
            "A group of ports.",
            {
              ports: maybe(listOf(text("A network interface."), "Ports; the first one is used to reach the adapter.")),
            },
            { type: "EthernetPorts" },
          ),
          "Ports of the subsystem.",
        ),
      ),
    },
    { type: "Subsystem" },
  ),
  "The subsystems of the node that take part; at least one.",
);

/** `spec.profile.clockChain.commonDefinitions`. */
export const commonDefinitions = record(
  "Definitions that pins refer to by name.",
  {
    eSyncDefinitions: maybe(
      listOf(
        record(
          "An embedded-sync signal.",
          {
            name: text("Name of the definition."),
            eSyncConfig: record(
              "Form of the signal.",
              {
                transferFrequency: int64("Carrier frequency in hertz."),
                embeddedSyncFrequency: maybe(int64("Frequency of the embedded pulse in hertz; 1 unless told.")),
                dutyCyclePct: maybe(int64("Duty cycle of the marked pulse in percent; 25 unless told.")),
              },
              { type: "ESyncConfig" },
            ),
          },
          { type: "ESyncDefinition" },
        ),
        "Embedded-sync signals.",
      ),
    ),
    refSyncDefinitions: maybe(
      listOf(
        record(
          "A reference-sync pair.",
          {
            name: text("Name of the definition."),
            relatedPinBoardLabel: maybe(text("Label of the other pin of the pair.")),
          },
          { type: "RefSyncDefinition" },
        ),
        "Reference-sync pairs.",
      ),
    ),
  },
  { type: "CommonDefinitions" },
);
