import { join } from "node:path";
import type { TestContext } from "node:test";
import { createLab } from "../../tools/lab/lab.ts";
import { worldMissing } from "../../tools/demo/requirements.ts";
import { demoTopology } from "../../tools/demo/world/topology.ts";
import { createWorld, type World, type WorldOptions } from "../../tools/demo/world/world.ts";

/** The documents of the demo. */
export const demoDocuments = join(import.meta.dirname, "../../examples/demo");

/** The folder of documents for one test. */
export function documents(name: string): string {
  return join(import.meta.dirname, "../documents", name);
}

/**
 * Makes the demo's world, or another, and closes it after the test. Undefined where this machine cannot carry it: the
 * test is then skipped with the reason.
 */
export async function openWorld(
  t: TestContext,
  options: Partial<Omit<WorldOptions, "lab">> = {},
): Promise<World | undefined> {
  const missing = await worldMissing(["4.2", ...Object.values(options.linuxptp ?? {})]);
  if (missing !== undefined) {
    t.skip(missing);
    return undefined;
  }
  const lab = await createLab();
  t.after(() => lab.close());
  return createWorld({ lab, topology: demoTopology, documents: demoDocuments, ...options });
}
