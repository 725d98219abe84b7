import { parsePortIdentity } from "../clock/port-identity.ts";
import { parsePortState } from "../clock/port-state.ts";
import { numberOf, optionalText, type LineForm } from "./line-form.ts";
import type { LogFact } from "./log-fact.ts";
import type { PortFaultName } from "./log-observation.ts";

/** `port N[ (INTERFACE)]: text`: ptp4l. 3.1.1 prints no interface; of port 0 it is a socket's path. */
export const portForm: LineForm = {
  pattern: /^port (\d{1,5})(?: \(([^)]{1,120})\))?: (.+)$/,
  read: ([, number, name, text = ""]) => {
    const portNumber = numberOf(number);
    const interfaceName = portNumber === 0 ? undefined : name;
    return readPortText({ portNumber, ...optionalText("interfaceName", interfaceName) }, text);
  },
};

interface Port {
  readonly portNumber: number;
  readonly interfaceName?: string;
}

const transition =
  /^(?<from>[A-Z_]+) to (?<to>[A-Z_]+)(?: on (?<event>[A-Z][A-Z_]*))?(?: \((?<fault>[A-Z][A-Z_]*)\))?$/;
const link = /^link (?<state>up|down)$/;
const foreign = /^new foreign (?:master|time[ _]?transmitter) (?<identity>\S+)$/i;

const faults: readonly (readonly [RegExp, PortFaultName])[] = [
  [/^FAULT_DETECTED\b/, "fault-detected"],
  [/^SYNCHRONIZATION_FAULT\b/, "synchronization-fault"],
  [/^send [a-z ]{1,40}failed/, "send-failed"],
  [/^error on fda\[/, "socket-error"],
  [/^received [A-Z_]{1,32} without timestamp/, "missing-timestamp"],
  [/^Master clock quality received is greater/, "quality-above-configured"],
  [/^master state recommended in slave only mode/, "role-conflict"],
];

function readPortText(port: Port, text: string): LogFact {
  return readTransition(port, text) ?? readNews(port, text) ?? { kind: "port-notice", ...port, text };
}

function readTransition(port: Port, text: string): LogFact | undefined {
  const groups = transition.exec(text)?.groups;
  const from = parsePortState(groups?.["from"] ?? "");
  const to = parsePortState(groups?.["to"] ?? "");
  if (from === undefined || to === undefined) return undefined;
  const cause = { ...optionalText("event", groups?.["event"]), ...optionalText("fault", groups?.["fault"]) };
  return { kind: "port-state", ...port, from, to, ...cause };
}

function readNews(port: Port, text: string): LogFact | undefined {
  const state = link.exec(text)?.groups?.["state"];
  if (state !== undefined) return { kind: "port-link", ...port, up: state === "up" };
  const transmitter = parsePortIdentity(foreign.exec(text)?.groups?.["identity"] ?? "");
  if (transmitter !== undefined) return { kind: "foreign-time-transmitter", ...port, transmitter };
  const fault = faults.find(([words]) => words.test(text))?.[1];
  return fault === undefined ? undefined : { kind: "port-fault", ...port, fault };
}
