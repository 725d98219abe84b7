import { parseArgs } from "node:util";

/** What the consumer was asked to do. */
export interface ConsumerOptions {
  /** Scheme, host and port of the producer. */
  readonly producer: URL;
  readonly nodeName: string;
  /** Where the producer sends events. */
  readonly endpoint: string;
  readonly port: number;
  /** Below the node, such as `/sync/ptp-status/lock-state`. */
  readonly resources: readonly string[];
  readonly checkMs: number;
  /** File with the token to show when subscriptions are made and deleted. */
  readonly tokenFile?: string;
  /** Leaves the subscriptions when it ends, for the next start. */
  readonly keep: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const standardResources = [
  "/sync/sync-status/sync-state",
  "/sync/sync-status/os-clock-sync-state",
  "/sync/ptp-status/lock-state",
  "/sync/ptp-status/clock-class",
  "/sync/gnss-status/gnss-sync-status",
];

const service = "http://ptp-event-publisher-service-NODE_NAME.openshift-ptp.svc.cluster.local:9043";

/** What `--help` says. */
export const usage = `usage: node src/main.ts [option…]
Subscribes to the PTP events of a node, prints each state, and subscribes again when the producer has lost it.
Each option may be given as the variable in brackets instead.

--node NAME            node whose clocks matter [NODE_NAME]; needed
--producer URL         where its events come from [PRODUCER]; NODE_NAME in it is the node's short name; default
                       ${service}
--port PORT            where events are taken [PORT]; default 9200
--endpoint URL         the same as the producer reaches it [ENDPOINT]; default http://localhost:PORT/event
--resources LIST       by commas [RESOURCES]; default
                       ${standardResources.join(`,
                       `)}
--token-file PATH      token to show, for producers that ask for one [TOKEN_FILE]; renewed files are read again
--check-seconds N      how often producer and subscriptions are checked [CHECK_SECONDS]; default 30
--keep                 leave the subscriptions at the end [KEEP=true]; default: delete them

Ends on SIGTERM and SIGINT.`;

/** Reads arguments and environment; undefined for `--help`. @throws an Error that says what is wrong, and the remedy. */
export function readOptions(words: readonly string[], env: Environment): ConsumerOptions | undefined {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const { values } = parseArgs({
    args: [...words],
    options: {
      node: text,
      producer: text,
      port: text,
      endpoint: text,
      resources: text,
      "check-seconds": text,
      "token-file": text,
      keep: flag,
      help: flag,
    },
  });
  if (values.help === true) return undefined;
  const nodeName = values.node ?? env["NODE_NAME"] ?? "";
  if (!/^[\w.-]+$/.test(nodeName)) throw new Error("no node: give --node NAME, or set NODE_NAME");
  const port = numberOf(values.port ?? env["PORT"] ?? "9200", "--port", 65_535);
  const checkSeconds = values["check-seconds"] ?? env["CHECK_SECONDS"] ?? "30";
  const tokenFile = values["token-file"] ?? env["TOKEN_FILE"];
  const producer = values.producer ?? env["PRODUCER"] ?? service;
  return {
    nodeName,
    port,
    producer: urlOf(producer.replaceAll("NODE_NAME", nodeName.split(".")[0] ?? ""), "--producer"),
    endpoint: urlOf(values.endpoint ?? env["ENDPOINT"] ?? `http://localhost:${port}/event`, "--endpoint").href,
    resources: resourcesOf(values.resources ?? env["RESOURCES"] ?? standardResources.join(",")),
    checkMs: numberOf(checkSeconds, "--check-seconds", 3_600) * 1_000,
    ...(tokenFile && { tokenFile }),
    keep: values.keep ?? env["KEEP"] === "true",
  };
}

function resourcesOf(text: string): readonly string[] {
  const list = text.split(",").map((each) => each.trim());
  const wrong = list.find((each) => !/^\/sync(\/[\w-]+)*$/.test(each));
  if (wrong !== undefined)
    throw new Error(`--resources: ${JSON.stringify(wrong)} is no resource such as /sync/ptp-status/lock-state`);
  return [...new Set(list)];
}

function urlOf(text: string, flag: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new Error(`${flag} ${JSON.stringify(text)} is no URL such as http://host:9043`);
  return url;
}

function numberOf(text: string, flag: string, max: number): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > max) throw new Error(`${flag} ${text} is not between 1 and ${max}`);
  return number;
}
