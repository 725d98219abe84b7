import { defaultNamespace } from "@ptp/api";
import { linuxptpReleases } from "@ptp/ptp";
import yargs from "yargs";
import { diffCommand } from "./commands/diff-command.ts";
import { explainCommand } from "./commands/explain-command.ts";
import { lintCommand } from "./commands/lint-command.ts";
import { renderCommand } from "./commands/render-command.ts";
import { replayCommand } from "./commands/replay-command.ts";
import { resolveCommand } from "./commands/resolve-command.ts";
import { toJsonText, outputFormats, type Outcome } from "./outcome.ts";
import { spreadPaths } from "./spread-paths.ts";
import { requireOneStdin, requireSingle, toList } from "./single-values.ts";
import type { Surroundings } from "./surroundings.ts";
import { UsageError } from "./usage-error.ts";
import { usageMessage } from "./usage-message.ts";

/** What the arguments ask for: a command to carry out, or a text to print (help, version). */
export type CommandLine =
  { readonly kind: "command"; readonly run: () => Promise<Outcome> } | { readonly kind: "text"; readonly text: string };

/** Reads the arguments after the program's name. @throws UsageError naming what is wrong with them. */
export async function readCommandLine(argv: readonly string[], surroundings: Surroundings): Promise<CommandLine> {
  let chosen: (() => Promise<Outcome>) | undefined;
  let printed = "";
  const parser = addCommands(createParser(argv, surroundings), surroundings, (run) => {
    chosen = run;
  });
  await parser.parseAsync(spreadPaths(argv), {}, (_error: unknown, _arguments: unknown, output: string) => {
    printed = output;
  });
  // Help wins over a command that was also named.
  if (printed !== "") return { kind: "text", text: `${printed}\n` };
  if (chosen === undefined) throw new UsageError(`name a command; see ${surroundings.programName} --help`);
  return { kind: "command", run: chosen };
}

type Choose = (run: () => Promise<Outcome>) => void;
type Parser = ReturnType<typeof createParser>;

function createParser(argv: readonly string[], { programName, version }: Surroundings) {
  return (
    yargs([])
      .scriptName(programName)
      .usage("$0 <command>: look at PTP configuration before, or without, a cluster")
      .locale("en")
      .wrap(100)
      .parserConfiguration({ "dot-notation": false, "boolean-negation": true })
      .exitProcess(false)
      .strict()
      .demandCommand(1, "name a command")
      .help("help")
      .alias("help", "h")
      .version(version)
      .epilogue("Exit codes: 0 all is well, 1 findings or differences, 2 wrong usage or unreadable input.")
      .check(requireSingle)
      // Thrown here, it leaves parseAsync.
      .fail((message: string | null, error: Error | undefined) => {
        if (error instanceof UsageError) throw error;
        throw new UsageError(usageMessage(message ?? error?.message ?? "wrong arguments", argv, programName));
      })
  );
}

function addCommands(parser: Parser, surroundings: Surroundings, choose: Choose): Parser {
  addResolve(parser, surroundings, choose);
  addExplain(parser, surroundings, choose);
  addLint(parser, surroundings, choose);
  addRender(parser, surroundings, choose);
  addDiff(parser, surroundings, choose);
  addReplay(parser, surroundings, choose);
  addVersion(parser, surroundings, choose);
  return parser;
}

const output = {
  alias: "o",
  type: "string",
  requiresArg: true,
  choices: outputFormats,
  default: "table",
  describe: "form of the result; json goes to stdout alone",
} as const;
const strict = { type: "boolean", default: false, describe: "warnings make the exit code 1, too" } as const;
const files = {
  alias: "f",
  // Not an array to the parser, which would take no "-" for a value; given twice it is one all the same.
  type: "string",
  requiresArg: true,
  demandOption: "name what to read: -f FILE, -f DIRECTORY or -f - for stdin",
  describe: "file, directory (its *.yaml, *.yml, *.json) or -; several may follow",
} as const;
const namespace = {
  alias: "n",
  type: "string",
  requiresArg: true,
  default: defaultNamespace,
  describe: "namespace of objects that name none",
} as const;
const node = { type: "string", requiresArg: true, describe: "name of the node" } as const;
const facts = {
  type: "string",
  requiresArg: true,
  describe: "host facts as JSON; default: linuxptp 4.2 in the image of the existing stack",
} as const;
const runIds = {
  type: "string",
  requiresArg: true,
  describe: "run ids in force, such as a=0,b=3; default: those of a fresh node",
} as const;
const cluster = { filename: files, namespace, output, strict } as const;

function addResolve(parser: Parser, surroundings: Surroundings, choose: Choose): void {
  parser.command(
    "resolve",
    "what every node gets, and what becomes of every object",
    (command) =>
      command
        .options({ ...cluster, node: { ...node, describe: "only this node" } })
        .example("$0 resolve -f manifests/ -f nodes.yaml", "every node and object as tables")
        .example("kubectl get ptpconfig,node -A -o json | $0 resolve -f -", "a running cluster"),
    ({ filename, namespace, output, strict, node }) => {
      const options = {
        paths: toList(filename),
        namespace,
        output,
        strict,
        ...(node === undefined ? {} : { node }),
      };
      choose(async () => await resolveCommand(options, surroundings));
    },
  );
}

function addExplain(parser: Parser, surroundings: Surroundings, choose: Choose): void {
  parser.command(
    "explain",
    "why one node gets what it gets, and what would run there",
    (command) =>
      command
        .options({ ...cluster, node: { ...node, demandOption: "name the node: --node NAME" }, facts })
        .example("$0 explain -f manifests/ -f nodes.yaml --node worker-1", "every recommendation with its verdict"),
    ({ filename, namespace, output, strict, node, facts }) => {
      requireOneStdin({ "-f": toList(filename), "--facts": facts });
      const options = {
        paths: toList(filename),
        namespace,
        output,
        strict,
        node,
        ...(facts === undefined ? {} : { facts }),
      };
      choose(async () => await explainCommand(options, surroundings));
    },
  );
}

function addLint(parser: Parser, surroundings: Surroundings, choose: Choose): void {
  const linuxptp = {
    type: "string",
    requiresArg: true,
    choices: linuxptpReleases,
    describe: "release whose options count; default: the newest",
  } as const;
  const secrets = {
    type: "boolean",
    default: true,
    describe: "Secrets that were not read count as missing; --no-secrets leaves them out of account",
  } as const;
  parser.command(
    "lint",
    "judge every object as admission does",
    (command) =>
      command
        .options({ ...cluster, linuxptp, secrets })
        .example("$0 lint -f manifests/", "one line per finding, as compilers write them")
        .example("$0 lint -f ptpconfig.yaml --linuxptp 4.2 --strict", "warnings count, for linuxptp 4.2"),
    ({ filename, namespace, output, strict, linuxptp, secrets }) => {
      const options = {
        paths: toList(filename),
        namespace,
        output,
        strict,
        checkSecrets: secrets,
      };
      const complete = linuxptp === undefined ? options : { ...options, linuxptp };
      choose(async () => await lintCommand(complete, surroundings));
    },
  );
}

function addRender(parser: Parser, surroundings: Surroundings, choose: Choose): void {
  const filename = {
    alias: "f",
    type: "string",
    requiresArg: true,
    demandOption: "name the profiles: -f profiles.json, or -f - for stdin",
    describe: "profiles as JSON: a list, one profile, or the output of resolve -o json",
  } as const;
  parser.command(
    "render",
    "the processes and files that an agent makes of a node's profiles",
    (command) =>
      command
        .options({ filename, node: { ...node, demandOption: "name the node: --node NAME" }, facts, output, strict })
        .option("run-ids", runIds)
        .example("$0 render -f profiles.json --node worker-1", "commands and file contents")
        .example("$0 resolve -f manifests/ -o json | $0 render -f - --node worker-1 -o json", "from documents"),
    ({ filename: path, node, facts, output, strict, runIds }) => {
      requireOneStdin({ "-f": path, "--facts": facts });
      const options = { path, node, output, strict, ...(facts === undefined ? {} : { facts }) };
      const complete = runIds === undefined ? options : { ...options, runIds };
      choose(async () => await renderCommand(complete, surroundings));
    },
  );
}

function addDiff(parser: Parser, surroundings: Surroundings, choose: Choose): void {
  const configmap = {
    type: "string",
    requiresArg: true,
    demandOption: "name the ConfigMap of the existing stack: --configmap old.yaml",
    describe: "file with the ConfigMap ptp-configmap of the existing stack, or -",
  } as const;
  parser.command(
    "diff",
    "what a move from the existing stack would change on every node",
    (command) =>
      command
        .options({ ...cluster, configmap, node: { ...node, describe: "only this node" }, facts })
        .example("$0 diff --configmap old.yaml -f manifests/ -f nodes.yaml", "profiles, fields and processes"),
    ({ filename, namespace, output, strict, configmap: configMap, node, facts }) => {
      requireOneStdin({ "-f": toList(filename), "--configmap": configMap, "--facts": facts });
      const options = {
        paths: toList(filename),
        namespace,
        output,
        strict,
        configMap,
        ...(node === undefined ? {} : { node }),
      };
      const complete = facts === undefined ? options : { ...options, facts };
      choose(async () => await diffCommand(complete, surroundings));
    },
  );
}

function addReplay(parser: Parser, surroundings: Surroundings, choose: Choose): void {
  const profiles = {
    type: "string",
    requiresArg: true,
    demandOption: "name the profiles of the node: --profiles profiles.json",
    describe: "profiles as JSON: a list, one profile, or the output of resolve -o json",
  } as const;
  const log = {
    type: "string",
    requiresArg: true,
    demandOption: "name the recording: --log FILE, or --log - for stdin",
    describe: "recording of an agent, or lines of programs; .gz is unpacked",
  } as const;
  parser.command(
    "replay",
    "the changes of state that an agent would have told of a recording",
    (command) =>
      command
        .options({ profiles, node: { ...node, demandOption: "name the node: --node NAME" }, log, facts, output })
        .option("run-ids", runIds)
        .example("$0 replay --profiles profiles.json --node worker-1 --log daemon.log -o json", "one line per change")
        .example("kubectl logs POD | $0 replay --profiles profiles.json --node worker-1 --log -", "for people"),
    ({ profiles, node, log, facts, output, runIds }) => {
      requireOneStdin({ "--profiles": profiles, "--log": log, "--facts": facts });
      const options = { profiles, node, log, output, ...(facts === undefined ? {} : { facts }) };
      const complete = runIds === undefined ? options : { ...options, runIds };
      choose(async () => await replayCommand(complete, surroundings));
    },
  );
}

function addVersion(parser: Parser, { programName, version }: Surroundings, choose: Choose): void {
  parser.command(
    "version",
    "the version of this program",
    (command) => command.options({ output }),
    ({ output }) => {
      const stdout = output === "json" ? toJsonText({ version }) : `${programName} ${version}\n`;
      choose(async () => await Promise.resolve({ exitCode: 0, stdout, notes: [] }));
    },
  );
}
