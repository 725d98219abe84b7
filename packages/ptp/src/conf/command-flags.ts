import type { ConfProgram, LinuxptpRelease, OptionSpec } from "./option-spec.ts";
import { double, int, int32, natural, oneOf, positive, positiveReal, text, uint, uint8 } from "./option-spec.ts";

/**
 * One short option of a program. `reserved` tells why a profile must not use it: the agent sets it itself, or the
 * process would not stay.
 */
export interface CommandFlag {
  readonly letter: string;
  /** The value it takes; absent: none. */
  readonly argument?: Pick<OptionSpec, "value">;
  readonly since?: LinuxptpRelease;
  readonly until?: LinuxptpRelease;
  readonly reserved?: "configuration-file" | "exits";
}

const level = int("l", "global", [0, 7]);

const shared: readonly CommandFlag[] = [
  { letter: "f", argument: text("f", "global"), reserved: "configuration-file" },
  { letter: "l", argument: level },
  ...switches("mq"),
  { letter: "h", reserved: "exits" },
  { letter: "v", reserved: "exits" },
];

const ptp4lFlags: readonly CommandFlag[] = [
  ...shared,
  ...switches("AEP246HSLs"),
  { letter: "i", argument: text("i", "global") },
  { letter: "p", argument: text("p", "global") },
];

const phc2sysFlags: readonly CommandFlag[] = [
  ...shared,
  ...switches("arwx"),
  ...["c", "d", "s", "i", "t", "z"].map((letter) => ({ letter, argument: text(letter, "global") })),
  { letter: "E", argument: oneOf("E", "global", "pi linreg ntpshm"), until: "3.1.1" },
  { letter: "E", argument: oneOf("E", "global", "pi linreg ntpshm refclock_sock"), since: "4.2" },
  ...["P", "I", "S", "F"].map((letter) => ({ letter, argument: double(letter, "global", positiveReal) })),
  { letter: "R", argument: double("R", "global", [1e-9, Number.MAX_VALUE]) },
  { letter: "N", argument: int("N", "global", positive) },
  { letter: "O", argument: int("O", "global", int32) },
  { letter: "L", argument: int("L", "global", natural) },
  { letter: "M", argument: int("M", "global", int32) },
  { letter: "u", argument: uint("u", "global", [0, 4294967295]) },
  { letter: "n", argument: int("n", "global", uint8) },
];

const ts2phcFlags: readonly CommandFlag[] = [
  ...shared,
  { letter: "a", since: "4.2" },
  { letter: "c", argument: text("c", "global") },
  { letter: "s", argument: text("s", "global") },
];

const timemasterFlags: readonly CommandFlag[] = [...shared, { letter: "n", reserved: "exits" }];

/** The short options of a program, as its manual lists them; undefined for chronyd, which is not checked. */
export function commandFlags(program: ConfProgram): readonly CommandFlag[] | undefined {
  switch (program) {
    case "ptp4l":
      return ptp4lFlags;
    case "phc2sys":
      return phc2sysFlags;
    case "ts2phc":
      return ts2phcFlags;
    case "synce4l":
      return shared;
    case "timemaster":
      return timemasterFlags;
    case "chronyd":
      return undefined;
  }
}

function switches(letters: string): readonly CommandFlag[] {
  return letters.split("").map((letter) => ({ letter }));
}
