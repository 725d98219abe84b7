import { readdir } from "node:fs/promises";

/**
 * Index of the hardware clock that a folder of clocks in sysfs has (`ptp/ptpN`), the smallest of several; undefined if
 * there is none.
 */
export async function phcIndexIn(folder: string): Promise<number | undefined> {
  try {
    const clocks = await readdir(folder);
    const indexes = clocks.flatMap((name) => /^ptp(\d+)$/.exec(name)?.[1] ?? []).map(Number);
    return indexes.length === 0 ? undefined : Math.min(...indexes);
  } catch {
    // Drivers without a clock have no such folder.
    return undefined;
  }
}
