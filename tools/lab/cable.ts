/** A cable in words: `gm:gm0=oc:oc0`. */
export interface Cable {
  readonly hosts: readonly [string, string];
  readonly interfaces: readonly [string, string];
}

/** Reads `HOST:INTERFACE=HOST:INTERFACE`; undefined when the text is not that. */
export function parseCable(text: string): Cable | undefined {
  const match = /^([^:=]+):([^:=]{1,15})=([^:=]+):([^:=]{1,15})$/.exec(text);
  if (match === null) return undefined;
  const [, hostA = "", interfaceA = "", hostB = "", interfaceB = ""] = match;
  return { hosts: [hostA, hostB], interfaces: [interfaceA, interfaceB] };
}
