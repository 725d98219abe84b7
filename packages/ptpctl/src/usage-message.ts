import { nearestName } from "@ptp/ptp";

const commands = ["resolve", "explain", "lint", "render", "diff", "replay", "version"];
const flags = [
  "filename",
  "namespace",
  "output",
  "strict",
  "node",
  "facts",
  "linuxptp",
  "secrets",
  "run-ids",
  "configmap",
  "profiles",
  "log",
  "help",
  "version",
];

/**
 * What the argument parser complains of in words that name the flag as it was written, the remedy, and where to look.
 *
 * @param message The parser's own words.
 */
export function usageMessage(message: string, argv: readonly string[], programName: string): string {
  const [command] = argv;
  const named = command !== undefined && commands.includes(command) ? [command] : [];
  const help = [programName, ...named, "--help"].join(" ");
  const words = named.length === 0 && command !== undefined ? unknownCommand(command) : inWords(message, argv);
  return `${words}; see ${help}`;
}

function unknownCommand(command: string): string {
  if (command.startsWith("-")) return `name a command before ${command}`;
  const suggestion = nearestName(command, commands);
  const hint = suggestion === undefined ? `known are ${commands.join(", ")}` : `did you mean ${suggestion}?`;
  return `unknown command "${command}", ${hint}`;
}

function inWords(message: string, argv: readonly string[]): string {
  const unknown = /^Unknown arguments?: (.*)$/.exec(message)?.[1];
  if (unknown !== undefined) return [...new Set(unknown.split(", ").map((name) => describe(name, argv)))].join("; ");
  const missing = /^Missing required arguments?: [^\n]*\n(.*)$/s.exec(message)?.[1];
  if (missing !== undefined) return missing.split("\n").join("; ");
  const valueless = /^Not enough arguments following: (.*)$/.exec(message)?.[1];
  if (valueless !== undefined) return `${flagOf(valueless)} needs a value`;
  const choice = /Argument: (.*?), Given: (.*?), Choices: (.*)$/.exec(message);
  if (choice !== null) return `--${choice[1]} ${choice[2]} is not one of ${choice[3]}`;
  return message.trim().replaceAll(/\s*\n\s*/g, " ");
}

function describe(name: string, argv: readonly string[]): string {
  // The parser reports -xyz letter by letter and --a-b also as aB.
  const pattern = new RegExp(`^(--(no-)?${toPattern(name)}(=|$)|-[a-zA-Z]*${toPattern(name)})`);
  const flag = argv.find((word) => word.startsWith("-") && pattern.test(word))?.split("=")[0];
  const dashed = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  if (flag === undefined && dashed !== name && argv.some((word) => word.startsWith(`--${dashed}`)))
    return describe(dashed, argv);
  if (flag === undefined) return `unexpected argument "${name}"`;
  const suggestion = nearestName(name, flags);
  return `unknown flag ${flag}${suggestion === undefined ? "" : `, did you mean --${suggestion}?`}`;
}

function flagOf(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}

function toPattern(text: string): string {
  return text.replaceAll(/[^\w-]/g, String.raw`\$&`);
}
