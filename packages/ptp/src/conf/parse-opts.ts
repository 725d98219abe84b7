import { commandFlags } from "./command-flags.ts";
import type { ConfProgram } from "./option-spec.ts";

/** One option of a command line as getopt_long() of a linuxptp program reads it. */
export interface CommandOption {
  /** `short` is one letter after one hyphen, `long` a name after two, `stray` a word that belongs to no option. */
  readonly kind: "short" | "long" | "stray";
  /** The letter, the name or the word. */
  readonly name: string;
  /** Absent: none was given. */
  readonly value?: string;
  /** Index of the word in the command line, from 0. */
  readonly index: number;
}

/** Splits the text of `ptp4lOpts` and the like at white space. There is no quoting; empty words do not arise. */
export function splitOpts(opts: string): readonly string[] {
  return opts.split(/[\t-\r ]+/).filter((word) => word !== "");
}

/**
 * Groups the words of a command line into options: letters may share a word (`-2s`), a value may follow in the same
 * word (`-l7`, `--step_threshold=1`) or in the next. After `--` all is stray.
 */
export function parseOpts(argv: readonly string[], program: ConfProgram): readonly CommandOption[] {
  const options: CommandOption[] = [];
  const takesValue = new Set(commandFlags(program)?.flatMap((flag) => (flag.argument ? [flag.letter] : [])));
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? "";
    if (word === "--") {
      const rest = argv.slice(index + 1).map((name, offset) => stray(name, index + 1 + offset));
      return [...options, ...rest];
    }
    const next = argv[index + 1];
    const read = word.startsWith("--") ? readLong(word, next, index) : readShort(word, next, index, takesValue);
    for (const option of read.options) options.push(option);
    if (read.usesNext) index += 1;
  }
  return options;
}

interface Read {
  readonly options: readonly CommandOption[];
  readonly usesNext: boolean;
}

function stray(name: string, index: number): CommandOption {
  return { kind: "stray", name, index };
}

function readLong(word: string, next: string | undefined, index: number): Read {
  const equals = word.indexOf("=");
  const option = { kind: "long", index } as const;
  if (equals !== -1) {
    return { options: [{ ...option, name: word.slice(2, equals), value: word.slice(equals + 1) }], usesNext: false };
  }
  const named = { ...option, name: word.slice(2) };
  return next === undefined
    ? { options: [named], usesNext: false }
    : { options: [{ ...named, value: next }], usesNext: true };
}

function readShort(word: string, next: string | undefined, index: number, takesValue: ReadonlySet<string>): Read {
  if (!word.startsWith("-") || word === "-") return { options: [stray(word, index)], usesNext: false };
  const options: CommandOption[] = [];
  for (let at = 1; at < word.length; at += 1) {
    const name = word.charAt(at);
    const option = { kind: "short", name, index } as const;
    if (!takesValue.has(name)) {
      options.push(option);
      continue;
    }
    const rest = word.slice(at + 1);
    if (rest !== "") return { options: [...options, { ...option, value: rest }], usesNext: false };
    if (next === undefined) return { options: [...options, option], usesNext: false };
    return { options: [...options, { ...option, value: next }], usesNext: true };
  }
  return { options, usesNext: false };
}
