import type { NodeSecret } from "@ptp/node";
import { authenticationFacts } from "@ptp/ptp";
import { secretMountPath } from "./node-paths.ts";
import type { ProfileContext } from "./profile-context.ts";
import { ProfileRefusal } from "./profile-refusal.ts";
import type { RenderedFile, RunPlan } from "./run-plan.ts";

/** Permission bits of a file that holds a key. */
export const secretMode = 0o600;

/** The file of a key; undefined if its bytes are no UTF-8, which a file of options and keys in ASCII forms always is. */
export type SecretFile = RenderedFile | undefined;

/**
 * Files of Secret keys by path: those that came with the config, and for a key that did not come any more the one of the
 * plan before, so that the last good key stays.
 */
export function secretFiles(
  secrets: readonly NodeSecret[],
  previous: RunPlan | undefined,
): ReadonlyMap<string, SecretFile> {
  const kept = (previous?.processes ?? []).flatMap(({ files }) => files.filter(({ mode }) => mode === secretMode));
  const current = secrets.map(({ secret, key, content }): readonly [string, SecretFile] => {
    const path = `${secretMountPath}/${secret}/${key}`;
    const text = decodeText(content);
    return [path, text === undefined ? undefined : { path, content: text, mode: secretMode }];
  });
  return new Map([...kept.map((file) => [file.path, file] as const), ...current]);
}

/**
 * The keys that the processes of a plan use, as each has them: what an agent must remember to keep the last good key over a
 * restart.
 */
export function secretsInUse({ processes }: Pick<RunPlan, "processes">): readonly NodeSecret[] {
  const files = processes.flatMap((spec) => spec.files).filter((file) => file.path.startsWith(`${secretMountPath}/`));
  const contentByPath = new Map(files.map(({ path, content }) => [path.slice(secretMountPath.length + 1), content]));
  return [...contentByPath].map(([path, content]) => {
    const slash = path.indexOf("/");
    return { secret: path.slice(0, slash), key: path.slice(slash + 1), content: new TextEncoder().encode(content) };
  });
}

function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * The file of the key that the ptp4l of a profile uses: it alone restarts when the key changes.
 *
 * @throws ProfileRefusal if the key is no text: with characters replaced it would be another key.
 */
export function secretFilesOf({ ptp4lConf, secretFileByPath, note }: ProfileContext): readonly RenderedFile[] {
  const { saFile = "" } = authenticationFacts(ptp4lConf.conf);
  const file = secretFileByPath.get(saFile);
  if (file !== undefined) return [file];
  if (secretFileByPath.has(saFile))
    throw new ProfileRefusal(
      "ptp4lConf[global].sa_file",
      `${saFile} holds bytes that are no UTF-8 text: write the key of the Secret as lines of text`,
    );
  if (saFile.startsWith(`${secretMountPath}/`))
    note("ptp4lConf[global].sa_file", `${saFile} did not come with the config: it has to be on the node already`);
  return [];
}
