const names = ["Disabled", "RX", "TX", "Sync"] as const;

/** The kernel's number of a clock pin function written in a HardwareConfig, in any case; undefined when unknown. */
export function decodePinFunction(text: string): number | undefined {
  const index = names.findIndex((name) => name.toLowerCase() === text.toLowerCase());
  return index === -1 ? undefined : index;
}

/** The name of a kernel pin function; numbers without a name become `Unknown(n)`. */
export function encodePinFunction(value: number): string {
  return names[value] ?? `Unknown(${value})`;
}

/** The known names, as written. */
export const pinFunctionNames: readonly string[] = names;
