/** Told to the watchdog before its pipe ends, when no program of the lab is left that could write to the clock. */
export const settledWord = "settled\n";
