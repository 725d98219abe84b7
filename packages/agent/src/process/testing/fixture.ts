import { fileURLToPath } from "node:url";
import type { ProcessSpec } from "@ptp/plan";

/** Absolute path of a small real program for tests. */
export function fixturePath(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** A process spec that runs a fixture. */
export function fixtureSpec(key: string, argv: readonly string[], rest: Partial<ProcessSpec> = {}): ProcessSpec {
  return {
    key,
    program: "ptp4l",
    profile: "test",
    runId: 0,
    configName: `${key}.config`,
    argv,
    wrapper: [],
    files: [],
    sockets: [],
    dependsOn: [],
    startCondition: { kind: "at-once" },
    readiness: { kind: "alive" },
    ...rest,
  };
}

/** Waits until a condition holds; fails loudly when it does not in time, which is ample for a slow machine. */
export async function eventually(what: string, condition: () => boolean, limitMs = 60_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`did not happen within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
