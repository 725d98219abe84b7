import { flag, int64, listOf, maybe, oneOf, record, setOf, text, wholeNumber } from "./fields.ts";

const survey = record(
  "Survey-in of the antenna position.",
  {
    observationTime: wholeNumber("Shortest observation in seconds; 0 switches the survey off.", { minimum: 0 }),
    accuracy: wholeNumber("Wanted accuracy of the position in metres.", { minimum: 0 }),
  },
  { type: "GnssSurvey" },
);

const extraCommand = record(
  "One call of ubxtool.",
  {
    args: listOf(text("One argument."), "Arguments of ubxtool; the protocol version (-P) is added by itself."),
    reportOutput: maybe(flag("Whether the output is kept in the status of the node.")),
  },
  { type: "GnssCommand" },
);

const gnssInit = record(
  "How the receiver is set up.",
  {
    antennaVoltage: flag("Whether the receiver feeds its antenna.", true),
    constellations: maybe(
      setOf(
        oneOf(["GPS", "Galileo", "GLONASS", "BeiDou", "SBAS"], "A satellite system."),
        "Satellite systems in use; the others are switched off.",
        ["GPS"],
      ),
    ),
    survey,
    extraCommands: maybe(listOf(extraCommand, "Further ubxtool calls, in order, after the above.")),
  },
  { type: "GnssInit" },
);

const gnssMatch = record(
  "Which receiver is meant; exactly one of the two fields.",
  {
    ttyDevice: maybe(text("Device file of the receiver, for example /dev/gnss0.")),
    ethernetInterface: maybe(text("Network interface of the adapter that carries the receiver.")),
  },
  {
    type: "GnssMatch",
    rules: [
      {
        rule: "has(self.ttyDevice) != has(self.ethernetInterface)",
        message: "give exactly one of ttyDevice and ethernetInterface",
      },
    ],
  },
);

const source = record(
  "A source of time or frequency the conditions refer to.",
  {
    name: text("Name of the source, unique in the clock chain."),
    subsystem: text("Name of the subsystem the source feeds."),
    sourceType: oneOf(
      ["ptpTimeReceiver", "gnss", "dpllPhaseLocked"],
      "Where the signal comes from: a PTP port, a satellite receiver, or another locked DPLL.",
    ),
    boardLabel: maybe(text("Label of the DPLL pin the source arrives at.")),
    ptpTimeReceivers: maybe(
      listOf(text("A network interface."), "Interfaces that may receive time, for sourceType ptpTimeReceiver."),
    ),
    gnssConfig: maybe(
      record(
        "The satellite receiver, for sourceType gnss.",
        { init: gnssInit, match: maybe(gnssMatch) },
        { type: "GnssConfig" },
      ),
    ),
  },
  { type: "SourceConfig" },
);

const pinState = (device: string) =>
  record(
    `State of the pin towards the ${device}.`,
    {
      priority: maybe(int64("Priority of an input; the smallest number wins, 255 is never used.")),
      state: maybe(text("State of an output: connected, disconnected or selectable.")),
    },
    { type: "PinState" },
  );

const ptpTime = (description: string) =>
  record(
    description,
    { sec: int64("Whole seconds."), nsec: int64("Nanoseconds within the second.") },
    { type: "PtpTime" },
  );

const desiredState = record(
  "One step: any of a DPLL pin state, a function of a clock pin, a periodic output.",
  {
    dpll: maybe(
      record(
        "State of a DPLL pin.",
        {
          subsystem: maybe(text("Name of the subsystem that owns the pin.")),
          boardLabel: maybe(text("Label of the pin.")),
          eec: maybe(pinState("frequency (EEC) DPLL")),
          pps: maybe(pinState("phase (PPS) DPLL")),
        },
        { type: "DpllDesiredState" },
      ),
    ),
    ptpPin: maybe(
      record(
        "Function of a pin of the hardware clock.",
        {
          name: text("Name of the pin, for example SMA1."),
          func: text("Function of the pin: Disabled, RX, TX or Sync, in any case."),
          chan: int64("Channel the function uses."),
          sourceName: maybe(text("Source whose adapter is meant.")),
          description: maybe(text("Free text.")),
        },
        { type: "PtpPinDesiredState" },
      ),
    ),
    ptpPeriod: maybe(
      record(
        "A periodic output of the hardware clock.",
        {
          index: int64("Channel of the output."),
          start: maybe(ptpTime("When the first edge comes; absent means at once.")),
          period: maybe(ptpTime("Distance of the edges; absent or zero switches the output off.")),
          sourceName: maybe(text("Source whose adapter is meant.")),
          description: maybe(text("Free text.")),
        },
        { type: "PtpPeriodDesiredState" },
      ),
    ),
  },
  { type: "DesiredState" },
);

const trigger = record(
  "A change of a source.",
  {
    sourceName: text("Name of a source, or 'Default on profile (re)load'."),
    conditionType: text("default or init (on load), locked, lost."),
  },
  { type: "SourceTrigger" },
);

const condition = record(
  "What to set when sources change.",
  {
    name: text("Name of the condition, for people."),
    triggers: listOf(trigger, "All of them must hold; the first is the one whose change is acted on."),
    desiredStates: listOf(desiredState, "What to set, in this order."),
  },
  { type: "HardwareCondition" },
);

/** `spec.profile.clockChain.behavior`. */
export const behavior = record(
  "How the hardware follows its sources.",
  {
    sources: maybe(listOf(source, "Sources of time and frequency.")),
    conditions: maybe(listOf(condition, "What is set on load and when a source is locked or lost.")),
  },
  { type: "Behavior" },
);
