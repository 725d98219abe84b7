import { kinds, type HeldLease } from "./removal-plan.ts";
import { DeadlineError, read, removeObject, type RemovalWorld } from "./removal-world.ts";

const leaseName = "ptp.openshift.io";
/** A token of a deleted pod is refused within one; one more shows that nobody renews the Lease any more. */
const roundsAtMost = 3;

/** What became of the Lease that the replicas lead by. */
export type Lead = { readonly kind: "nobody" } | { readonly kind: "another operator"; readonly holder: string };

/**
 * Waits until nobody leads. The pods are gone by then, but a process whose pod was deleted by force may run on, on a node that
 * nobody hears of, and leads until its token is refused: it would make anew what is removed.
 *
 * @throws DeadlineError when there is no time to find that out.
 */
export async function untilNobodyLeads(world: RemovalWorld): Promise<Lead> {
  let lease = await read(world, kinds.leases, leaseName);
  for (let round = 0; isHeld(lease); round += 1) {
    const { holderIdentity: holder = "", leaseDurationSeconds = 15, renewTime } = lease.spec ?? {};
    if (round === roundsAtMost) return { kind: "another operator", holder };
    const held = `Lease ${leaseName} is held by ${holder}`;
    const waitMs = leaseDurationSeconds * 1000;
    if (world.nowMs() + waitMs > world.deadlineMs) {
      throw new DeadlineError(`${held}, which takes ${leaseDurationSeconds} s to tell; run it again with more time`);
    }
    world.tell(`waiting ${leaseDurationSeconds} s: ${held}`);
    await world.pause(waitMs);
    lease = await read(world, kinds.leases, leaseName);
    if (lease?.spec?.renewTime === renewTime) break;
  }
  return { kind: "nobody" };
}

function isHeld(lease: HeldLease | undefined): lease is HeldLease {
  return (lease?.spec?.holderIdentity ?? "") !== "";
}

/** A killed leader leaves its Lease behind; one that is renewed is another operator's. */
export async function removeLease(world: RemovalWorld, lead: Lead): Promise<void> {
  const lease = await read(world, kinds.leases, leaseName);
  if (lease === undefined) return;
  if (lead.kind === "nobody") return removeObject(world, kinds.leases, { ...lease, metadata: { name: leaseName } });
  world.tell(`kept Lease ${world.namespace}/${leaseName}: ${lead.holder} renews it`);
}
