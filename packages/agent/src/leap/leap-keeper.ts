import { createHash } from "node:crypto";
import { messageOf, type Logger } from "@ptp/kit";
import type { LeapReport, NodeConfig } from "@ptp/node";
import type { RunPlan } from "@ptp/plan";
import { describeLeapListProblem, parseLeapList, renderLeapList, type LeapList } from "@ptp/ptp";
import { leapView, type LeapBook, type LeapObservation } from "@ptp/truth";
import { ownRemark, readLeapFile, replaceLeapFile } from "./leap-file.ts";
import { emptyLeapMemory, loadLeapMemory, saveLeapMemory, type LeapMemory } from "./leap-memory.ts";
import { leapNotices, leapReport, type LeapTrouble } from "./leap-report.ts";

/** What a keeper of leap seconds needs. */
export interface LeapKeeperOptions {
  /** The list that programs read. */
  readonly path: string;
  /** Where the system keeps its list. */
  readonly systemPath: string;
  readonly stateDirectory: string;
  /** Takes in what is heard; `onBook` is called with what comes of it. */
  readonly hear: (observation: LeapObservation) => void;
  /** A report would now tell something else. */
  readonly changed: () => void;
  readonly nowUnixMs: () => number;
  readonly log: Logger;
}

/** Brings lists to where they are judged, and what is in force to where programs read it. */
export interface LeapKeeper {
  /** Hears what was known before a restart, and the system's list. */
  start(): Promise<void>;
  /** A plan comes into force: the list is there when this returns, before its processes start. */
  follow(plan: RunPlan, config: NodeConfig): void;
  /** What is known of leap seconds may be another. */
  onBook(book: LeapBook): void;
  /** Looks for other lists on the node, and that the one for programs is there. */
  recheck(): void;
  /** Undefined: no program asks for leap seconds. */
  report(): LeapReport | undefined;
  notices(): readonly string[];
  /** Resolves when what was learned is durable. */
  stop(): Promise<void>;
}

const sha1Hex = (ascii: string): string => createHash("sha1").update(ascii, "ascii").digest("hex");

/** What a keeper holds. */
interface Keeping {
  readonly options: LeapKeeperOptions;
  book: LeapBook | undefined;
  /** Some program reads the list. */
  isRead: boolean;
  /** What the config in force gives; undefined: it gives none. */
  configured: string | undefined;
  /** A config is in force. */
  isConfigured: boolean;
  /** Text of the list that the node was given last, good or not; undefined: none yet, or none. */
  given: string | undefined;
  system: string | undefined;
  memory: LeapMemory;
  trouble: LeapTrouble;
  /** Why a list cannot be read, by its path: the same is told once. */
  readonly unreadable: Map<string, string>;
  /** The last write of the memory. */
  saving: Promise<void>;
}

/** Creates a keeper that knows nothing. */
export function createLeapKeeper(options: LeapKeeperOptions): LeapKeeper {
  const own: Keeping = {
    options,
    book: undefined,
    isRead: false,
    configured: undefined,
    isConfigured: false,
    given: undefined,
    system: undefined,
    memory: emptyLeapMemory,
    trouble: {},
    unreadable: new Map(),
    saving: Promise.resolve(),
  };
  const view = () => (own.isRead && own.book ? leapView(own.book) : undefined);
  return {
    start: () => recall(own),
    follow: (plan, config) => follow(own, plan, config),
    onBook: (book) => takeBook(own, book),
    recheck: () => {
      hearSystem(own);
      if (own.isConfigured) takeGiven(own, own.configured ?? foreignList(own));
      write(own);
    },
    report: () => {
      const seen = view();
      return seen && leapReport(seen, own.trouble);
    },
    notices: () => {
      const seen = view();
      return seen === undefined ? [] : leapNotices(seen, own.trouble);
    },
    stop: () => own.saving,
  };
}

async function recall(own: Keeping): Promise<void> {
  const { stateDirectory, log, hear } = own.options;
  own.memory = await loadLeapMemory(stateDirectory, log);
  const { learned, given } = own.memory;
  if (learned.leapSeconds.length > 0) hear({ kind: "learned", ...learned });
  if (given !== undefined) takeGiven(own, given);
  hearSystem(own);
}

function follow(own: Keeping, plan: RunPlan, config: NodeConfig): void {
  own.isRead = plan.processes.some(({ program }) => program === "ts2phc");
  own.configured = config.leapSeconds;
  own.isConfigured = true;
  takeGiven(own, own.configured ?? foreignList(own));
  own.options.hear({ kind: "tick" });
  write(own);
}

/** A list that is refused changes nothing but what is told: the last good one stays in force, over restarts too. */
function takeGiven(own: Keeping, text: string | undefined): void {
  const { options } = own;
  if (own.given === text) return;
  own.given = text;
  const { refused: _, ...rest } = own.trouble;
  own.trouble = rest;
  if (text === undefined) {
    options.hear({ kind: "no-list", origin: "config" });
    return remember(own, { learned: own.memory.learned });
  }
  const list = read(text);
  if (typeof list === "string") {
    own.trouble = { ...rest, refused: `the node's leap second list is refused: ${list}` };
    options.log.error("the node's leap second list is refused; the last good one stays", { problem: list });
    return options.changed();
  }
  options.hear({ kind: "list", origin: "config", list });
  remember(own, { learned: own.memory.learned, given: text });
}

/** The list, or what is wrong with it. */
function read(text: string): LeapList | string {
  const reading = parseLeapList(text, sha1Hex);
  return reading.ok ? reading.list : describeLeapListProblem(reading.problem);
}

/** A list that somebody else put where programs read it, as old manifests mount it. */
function foreignList(own: Keeping): string | undefined {
  const { path } = own.options;
  try {
    const found = readLeapFile(path);
    own.unreadable.delete(path);
    return found === undefined || found.isOwn ? undefined : found.text;
  } catch (error) {
    tellUnreadable(own, "the leap second list cannot be read", path, error);
    return undefined;
  }
}

function tellUnreadable(
  { options: { log }, unreadable }: Keeping,
  message: string,
  path: string,
  thrown: unknown,
): void {
  const error = messageOf(thrown);
  if (unreadable.get(path) !== error) log.warn(message, { path, error });
  unreadable.set(path, error);
}

function hearSystem(own: Keeping): void {
  const { systemPath: path, hear, log } = own.options;
  try {
    const text = readLeapFile(path)?.text;
    own.unreadable.delete(path);
    if (text === own.system) return;
    own.system = text;
    const list = text === undefined ? undefined : read(text);
    if (typeof list === "string") log.warn("the system's leap second list is refused", { path, problem: list });
    else if (list === undefined) hear({ kind: "no-list", origin: "file" });
    else hear({ kind: "list", origin: "file", list });
  } catch (error) {
    tellUnreadable(own, "the system's leap second list cannot be read", path, error);
  }
}

function takeBook(own: Keeping, book: LeapBook): void {
  const before = own.book;
  if (before === book) return;
  own.book = book;
  const { contradiction } = book;
  if (contradiction !== undefined && contradiction !== before?.contradiction) own.options.log.warn(contradiction);
  if (before?.inForce !== book.inForce) write(own);
  if (book.learned !== (before?.learned ?? own.memory.learned)) remember(own, { ...own.memory, learned: book.learned });
  if (own.isRead) own.options.changed();
}

/** Only where somebody reads it; a file of somebody else's is left as it is. */
function write(own: Keeping): void {
  const { options, book, isRead } = own;
  if (!isRead || book === undefined) return;
  const { path, nowUnixMs, log, changed } = options;
  const before = own.trouble.unwritten;
  const unwritten = tryToWrite(path, book, nowUnixMs());
  if (unwritten === before) return;
  const { unwritten: _, ...rest } = own.trouble;
  own.trouble = { ...rest, ...(unwritten !== undefined && { unwritten }) };
  if (unwritten !== undefined) log.warn(unwritten);
  changed();
}

/** Returns why it is not written. */
function tryToWrite(path: string, { inForce: { origin, list } }: LeapBook, nowUnixMs: number): string | undefined {
  try {
    if (readLeapFile(path)?.isOwn === false) {
      return `${path} is not the agent's and is left as it is: programs do not see what receivers tell of leap seconds`;
    }
    replaceLeapFile(path, renderLeapList(list, sha1Hex, [`${ownRemark}, do not edit: origin ${origin}.`]), nowUnixMs);
    return undefined;
  } catch (error) {
    return `${path} cannot be written (${messageOf(error)}): mount a folder there that the agent may write to`;
  }
}

/** In the order of changes; what cannot be written is in force nevertheless. */
function remember(own: Keeping, memory: LeapMemory): void {
  const { stateDirectory, log } = own.options;
  if (JSON.stringify(memory) === JSON.stringify(own.memory)) return;
  own.memory = memory;
  own.saving = own.saving
    .then(() => saveLeapMemory(stateDirectory, memory))
    .catch((error: unknown) => log.warn("leap seconds are not remembered", { error: messageOf(error) }));
}
