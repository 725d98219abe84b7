import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readFileIfPresent } from "@ptp/kit";
import type { DaemonFiles } from "./daemon-config.ts";

/** Where the existing daemon keeps its files. */
export interface DaemonPlaces {
  /** Folder with the JSON of profiles, in a file named as the node. */
  readonly profileFolder: string;
  /** Folder of rendered configs. */
  readonly configFolder: string;
  readonly nodeName: string;
}

const maxBytes = 4_194_304;
const maxConfigs = 256;

/** Reads them; what is not there is absent. @throws for what is too large or no file. */
export async function readDaemonFiles(places: DaemonPlaces): Promise<DaemonFiles> {
  const profilesJson = await textOf(join(places.profileFolder, places.nodeName));
  const names = await readdir(places.configFolder).catch(() => []);
  const meant = names.filter((name) => /^(?:ptp4l|phc2sys|synce4l|chronyd)\.\d+\.config$/.test(name));
  const configs = new Map<string, string>();
  for (const name of meant.slice(0, maxConfigs)) {
    const text = await textOf(join(places.configFolder, name));
    if (text !== undefined) configs.set(name, text);
  }
  return { configs, ...(profilesJson !== undefined && { profilesJson }) };
}

async function textOf(path: string): Promise<string | undefined> {
  const bytes = await readFileIfPresent(path, { maxBytes });
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}
