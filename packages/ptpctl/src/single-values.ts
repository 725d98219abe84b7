import { UsageError } from "./usage-error.ts";

const single = [
  "namespace",
  "output",
  "node",
  "facts",
  "linuxptp",
  "run-ids",
  "configmap",
  "profiles",
  "log",
  "strict",
  "secrets",
];

/** For yargs: refuses an option that is given twice, which otherwise arrives as a list, an empty one, or a node that is none. */
export function requireSingle(parsed: Readonly<Record<string, unknown>>): true {
  const command = (parsed["_"] as readonly unknown[] | undefined)?.[0];
  for (const name of command === "render" ? ["filename", ...single] : single) {
    const value = parsed[name];
    if (Array.isArray(value)) throw new UsageError(`--${name} is given ${value.length} times; give it once`);
    if (value === "" && name !== "filename")
      throw new UsageError(`--${name} is empty; give it a value or leave it out`);
  }
  const node = parsed["node"];
  // It becomes part of paths and of configuration lines.
  if (typeof node === "string" && !/^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/.test(node)) {
    throw new UsageError(`--node ${JSON.stringify(node)} is no name of a node: letters, digits, "-" and "."`);
  }
  return true;
}

/** Refuses `-` for more than one flag: standard input can be read once. */
export function requireOneStdin(pathsByFlag: Readonly<Record<string, string | readonly string[] | undefined>>): void {
  const flags = Object.entries(pathsByFlag)
    .filter(([, paths]) => paths === "-" || (Array.isArray(paths) && paths.includes("-")))
    .map(([flag]) => `${flag} -`);
  if (flags.length > 1) throw new UsageError(`${flags.join(" and ")} both read stdin; put one of them into a file`);
}

/** The values of an option that may be repeated: yargs types it as one, and hands a list over if there are several. */
export function toList(value: string): readonly string[] {
  const values: unknown = value;
  return Array.isArray(values) ? values.map(String) : [value];
}
