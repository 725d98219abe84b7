import { setTimeout } from "node:timers/promises";

/** As long as any test may take: one that was given up by its own time limit must not keep its process. */
const limitMs = 60_000;

/** Waits until something holds; the test's own time limit ends a wait in vain. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`did not come true within ${limitMs / 1000} s`);
    await setTimeout(5);
  }
}
