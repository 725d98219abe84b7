import type { NodeSecret } from "@ptp/node";
import { authenticationFacts } from "@ptp/ptp";
import { secretMountPath } from "./node-paths.ts";
import type { ProfileContext } from "./profile-context.ts";
import type { RenderedFile, RunPlan } from "./run-plan.ts";

/** Permission bits of a file that holds a key. */
export const secretMode = 0o600;

/**
 * Files of Secret keys by path: those that came with the config, and for a key that did not come any more the one of the
 * plan before, so that the last good key stays.
 */
export function secretFiles(
  secrets: readonly NodeSecret[],
  previous: RunPlan | undefined,
): ReadonlyMap<string, RenderedFile> {
  const kept = (previous?.processes ?? []).flatMap(({ files }) => files.filter(({ mode }) => mode === secretMode));
  const decoder = new TextDecoder();
  const current = secrets.map(({ secret, key, content }): RenderedFile => {
    return { path: `${secretMountPath}/${secret}/${key}`, content: decoder.decode(content), mode: secretMode };
  });
  return new Map([...kept, ...current].map((file) => [file.path, file]));
}

/** The file of the key that the ptp4l of a profile uses: it alone restarts when the key changes. */
export function secretFilesOf({ ptp4lConf, secretFileByPath, note }: ProfileContext): readonly RenderedFile[] {
  const { saFile = "" } = authenticationFacts(ptp4lConf.conf);
  const file = secretFileByPath.get(saFile);
  if (file !== undefined) return [file];
  if (saFile.startsWith(`${secretMountPath}/`))
    note("ptp4lConf[global].sa_file", `${saFile} did not come with the config: it has to be on the node already`);
  return [];
}
