import { messageOf, type Logger } from "@ptp/kit";
import type { DeviceInventory } from "@ptp/node";

/** What a keeper needs. */
export interface InventoryKeeperOptions {
  readonly collect: () => Promise<DeviceInventory>;
  /** `current()` is another value than before. */
  readonly onChange: () => void;
  readonly log: Logger;
}

/** Keeps the newest inventory. */
export interface InventoryKeeper {
  /** Undefined before the first is complete; the same object as long as nothing changes. */
  current(): DeviceInventory | undefined;
  /** Looks again, in the background; if a look is under way, once more after it. */
  refresh(): void;
  /** Resolves when no look is under way; none begins afterwards. */
  stop(): Promise<void>;
}

interface Kept {
  inventory: DeviceInventory | undefined;
  /** Inventories are plain values made in a fixed order, so their text is their identity. */
  text: string;
  again: boolean;
  stopped: boolean;
}

/** Creates a keeper that has not looked yet. */
export function createInventoryKeeper(options: InventoryKeeperOptions): InventoryKeeper {
  const kept: Kept = { inventory: undefined, text: "", again: false, stopped: false };
  let underway: Promise<void> | undefined;
  return {
    current: () => kept.inventory,
    refresh: () => {
      kept.again = true;
      if (kept.stopped) return;
      underway ??= lookUntilDone(kept, options).finally(() => {
        underway = undefined;
      });
    },
    stop: async () => {
      kept.stopped = true;
      await underway;
    },
  };
}

async function lookUntilDone(kept: Kept, options: InventoryKeeperOptions): Promise<void> {
  while (kept.again && !kept.stopped) {
    kept.again = false;
    try {
      take(await options.collect(), kept, options);
    } catch (error) {
      options.log.warn("looking for devices failed; what was found before stays", { error: messageOf(error) });
    }
  }
}

function take(next: DeviceInventory, kept: Kept, { onChange, log }: InventoryKeeperOptions): void {
  const text = JSON.stringify(next);
  if (kept.stopped || text === kept.text) return;
  const names = namesOf(next);
  if (kept.inventory === undefined || names !== namesOf(kept.inventory)) {
    log.info("devices with a hardware clock", { devices: names });
  }
  kept.inventory = next;
  kept.text = text;
  onChange();
}

function namesOf({ devices }: DeviceInventory): string {
  return devices.length === 0 ? "none" : devices.map(({ name }) => name).join(" ");
}
