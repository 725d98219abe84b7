import type { TestContext } from "node:test";
import { kubernetesMissing } from "../binaries/programs.ts";
import { createControlPlane, type ControlPlane, type ControlPlaneOptions } from "../control-plane/control-plane.ts";

/** A control plane that ends with the test; undefined where none can be started: the test is then skipped with the reason. */
export async function openControlPlane(
  t: TestContext,
  options?: ControlPlaneOptions,
): Promise<ControlPlane | undefined> {
  const missing = kubernetesMissing();
  if (missing !== undefined) {
    t.skip(missing);
    return undefined;
  }
  const plane = await createControlPlane(options);
  t.after(() => plane.close());
  return plane;
}
