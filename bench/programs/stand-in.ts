import { readFileSync } from "node:fs";
import { recordedAnswers } from "../../packages/ptp/src/management/testing/recorded-answers.ts";
import { openLinuxDatagramPort } from "../../packages/agent/src/host/linux-datagram.ts";

// Usage: node stand-in.ts ptp4l|phc2sys LINES_PER_S summary|offset [the program's own arguments]
// Prints what that program prints, so many lines a second, until it is ended; as ptp4l it answers management too.
const [program = "", rate = "1", form = "summary", ...args] = process.argv.slice(2);

const ptp4lLines = {
  summary: "rms    7 max   19 freq  +9259 +/-  50 delay   415 +/-  97",
  offset: "master offset         -7 s2 freq   +9259 path delay       415",
} as const;
const phc2sysLines = {
  summary: "CLOCK_REALTIME rms   20 max   30 freq    +60 +/-  21 delay   181 +/-   3",
  offset: "CLOCK_REALTIME phc offset        13 s2 freq      -1 delay    199",
} as const;

/** Places of fields in a management message, and the codes of two. */
const at = { source: 20, sequence: 30, target: 34, id: 52, data: 54 } as const;
const ids = { portDataSet: 0x2004, timeStatus: 0xc000 } as const;

if (args.includes("-v")) {
  console.log("4.2");
} else {
  if (program === "ptp4l") await answerManagement();
  printLines();
}

function printLines(): void {
  const text = (program === "ptp4l" ? ptp4lLines : phc2sysLines)[form === "offset" ? "offset" : "summary"];
  const tag = program === "ptp4l" ? (option("message_tag") ?? "") : "[ptp4l.0.config:6]";
  setInterval(
    () => {
      const uptimeS = (Number(process.hrtime.bigint()) / 1e9).toFixed(3);
      process.stdout.write(`${program}[${uptimeS}]: ${tag.replace("{level}", "6")} ${text}\n`);
    },
    1_000 / Number(rate),
  );
}

/** What a real one answered once, with the asker's numbers, a port that receives time, and a Sync of now. */
async function answerManagement(): Promise<void> {
  const answers = Map.groupBy(
    (recordedAnswers["4.4"] ?? []).map((hex) => Buffer.from(hex, "hex")),
    idOf,
  );
  const port = await openLinuxDatagramPort({
    path: option("uds_address") ?? "/var/run/ptp4l",
    onDatagram: (bytes, from) => {
      const asked = Buffer.from(bytes);
      for (const recorded of answers.get(idOf(asked)) ?? []) port.sendTo(addressed(recorded, asked), from);
    },
    onFailure: (error) => {
      throw error;
    },
  });
}

function idOf(message: Buffer): number {
  return message.length < at.data ? -1 : message.readUInt16BE(at.id);
}

function addressed(recorded: Buffer, asked: Buffer): Buffer {
  const answer = Buffer.from(recorded);
  asked.copy(answer, at.sequence, at.sequence, at.sequence + 2);
  asked.copy(answer, at.target, at.source, at.source + 10);
  if (idOf(answer) === ids.portDataSet && answer.readUInt8(at.data + 9) === 1) answer.writeUInt8(9, at.data + 10);
  if (idOf(answer) === ids.timeStatus) answer.writeBigInt64BE(process.hrtime.bigint(), at.data + 8);
  return answer;
}

function option(name: string): string | undefined {
  const conf = readFileSync(args[args.indexOf("-f") + 1] ?? "", "utf8");
  return new RegExp(`^${name}\\s+(.*)$`, "m").exec(conf)?.[1];
}
