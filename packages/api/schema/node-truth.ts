import { z } from "zod";
import { flag, int64, listOf, maybe, oneOf, record, text, wholeNumber } from "./fields.ts";

const port = record(
  "One PTP port.",
  {
    number: wholeNumber("Port number, counted from 1 in the order of the configuration."),
    name: text("Name of the network interface; empty if ptp4l does not tell."),
    state: text("IEEE 1588 port state in linuxptp's spelling, such as SLAVE."),
  },
  { type: "NodePort" },
);

const source = record(
  "The source that a system clock with several of them follows.",
  {
    profile: text("Qualified name of the profile whose ptp4l, and NIC, it is."),
    interface: text("Interface that receives time there; empty while none is known."),
    since: z.string().meta({ description: "Since when, by the node's clock.", format: "date-time" }),
    cause: listOf(z.string(), "Why this one, in words; nearest cause first."),
  },
  { type: "NodeClockSource" },
);

const clock = record(
  "One clock of the node as the agent judges it.",
  {
    profile: text("Qualified name of the profile, <PtpConfig>_<profile>."),
    process: text(
      "Program whose clock this is: ptp4l, ts2phc, phc2sys or chronyd for the system clock; GM or T-BC for a telecom clock as a whole; synce4l for the frequency it keeps, which is no part of being synchronized.",
    ),
    config: text("Name of the rendered configuration, as in the config label of metrics."),
    state: oneOf(["LOCKED", "HOLDOVER", "FREERUN", "UNKNOWN"], "State of the clock."),
    since: z.string().meta({ description: "When it came to this state, by the node's clock.", format: "date-time" }),
    cause: listOf(z.string(), "Why, in words; nearest cause first."),
    clockClass: maybe(wholeNumber("Clock class it stands for, 0 to 255.")),
    offsetNs: maybe(int64("Last reported offset from its reference in nanoseconds; own clock minus reference.")),
    parentPortIdentity: maybe(text("Port it follows; its own identity with port 0 if it follows nobody.")),
    grandmasterIdentity: maybe(text("Clock at the root of the tree it is part of.")),
    ports: listOf(port, "Ports of this clock."),
    source: maybe(source),
  },
  { type: "NodeClock" },
);

const profile = record(
  "What became of one profile on the node.",
  {
    name: text("Qualified name, <PtpConfig>_<profile>."),
    outcome: oneOf(["applied", "refused"], "Whether the node runs it."),
    path: maybe(text("If refused: the field that is wrong.")),
    reason: maybe(text("If refused: what is wrong and what to change.")),
  },
  { type: "NodeProfileOutcome" },
);

const process = record(
  "One process the agent runs.",
  {
    key: text("Program and run id, such as ptp4l.0."),
    program: text("Program."),
    profile: text("Qualified name of its profile."),
    state: oneOf(["stopped", "starting", "running", "stopping", "backoff"], "State of the process."),
    pid: maybe(wholeNumber("Process id on the node while it lives.")),
    starts: wholeNumber("Starts so far, the first included."),
    lastExit: maybe(text("How it last ended, with its last words.")),
  },
  { type: "NodeProcess" },
);

const agent = record(
  "The agent of the node, as the operator last knew it.",
  {
    connected: flag("Whether it is connected to the operator."),
    since: z.string().meta({ description: "Since when it is, or is not.", format: "date-time" }),
    version: maybe(text("Version of the agent.")),
    pod: maybe(text("Pod of the agent whose report this status tells; absent until that pod's agent has reported.")),
    servedBy: maybe(
      text("Replica of the operator that it is connected to, as <pod>_<random>: the one that writes this status."),
    ),
  },
  { type: "NodeAgent" },
);

const refusal = record(
  "A configuration that did not become the node's; it runs the one before.",
  {
    revision: text("Revision of that configuration."),
    kind: text("What went wrong, one word such as not-persisted."),
    reason: text("What went wrong and what to change."),
  },
  { type: "NodeRefusal" },
);

const leapSeconds = record(
  "What the node knows of leap seconds.",
  {
    standing: oneOf(
      ["known", "expiring", "expired", "refused", "contradicted"],
      "The worst of what can be said of its leap second list.",
    ),
    origin: text("Where the list in force comes from: config, file, built-in."),
    utcOffset: int64("TAI minus UTC in seconds."),
    expires: z.string().meta({ description: "When ts2phc stops taking time by the list.", format: "date-time" }),
    message: text("Why it stands so, and what to do."),
  },
  { type: "NodeLeapSeconds" },
);

/** Fields of NodePtpDevice status that tell the truth of a node as its agent reports it. All optional. */
export const nodeTruth = {
  agent: maybe(agent),
  revision: maybe(text("Revision of the configuration the node runs.")),
  refusal: maybe(refusal),
  profiles: maybe(listOf(profile, "What became of each profile of that configuration.")),
  clocks: maybe(listOf(clock, "Clocks of the node with state and cause.")),
  processes: maybe(listOf(process, "Processes the agent runs.")),
  notices: maybe(listOf(z.string(), "What is off on this node and why.")),
  leapSeconds: maybe(leapSeconds),
};
