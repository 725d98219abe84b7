import { messageOf } from "@ptp/kit";
import type { Ptp4lInstance } from "@ptp/plan";
import type { ManagementId } from "@ptp/ptp";
import type { AnnounceReadBack, AnnounceWrite } from "@ptp/truth";
import type { ManagementOutcome } from "../observe/management-client.ts";
import type { ManagementQueries } from "../observe/management-queries.ts";

/** Why a ptp4l could not be asked or written to, in words. */
export interface AnnounceFailure {
  readonly reason: string;
}

/** Reads and writes what ptp4l announces. Nothing throws or takes longer than the limit of a question. */
export interface AnnouncePort {
  /** What it announces now, as far as this kind of write is concerned. */
  read(write: AnnounceWrite): Promise<AnnounceReadBack | AnnounceFailure>;
  /** Hands the value over; whether it took it only reading back tells. */
  write(write: AnnounceWrite): Promise<AnnounceFailure | undefined>;
}

/** Name of the TLV of a write. */
export const tlvOfWrite = {
  "grandmaster-settings": "GRANDMASTER_SETTINGS_NP",
  "external-grandmaster": "EXTERNAL_GRANDMASTER_PROPERTIES_NP",
} as const satisfies Record<AnnounceWrite["kind"], ManagementId>;

/** Speaks to the ptp4l of a configuration by way of the agent's socket. */
export function createAnnouncePort(
  queries: Pick<ManagementQueries, "get" | "set">,
  instanceOf: (configName: string) => Ptp4lInstance | undefined,
): AnnouncePort {
  return {
    read: ({ kind, configName }) =>
      told(async () => {
        const instance = instanceOf(configName);
        if (instance === undefined) return notPlanned(configName);
        if (kind === "grandmaster-settings") {
          const [settings, failure] = onlyBody(await queries.get(instance, tlvOfWrite[kind]));
          return settings === undefined ? failure : { settings };
        }
        const [external, failure] = onlyBody(await queries.get(instance, tlvOfWrite[kind]));
        return external === undefined ? failure : { external };
      }),
    write: (write) =>
      told(async () => {
        const instance = instanceOf(write.configName);
        if (instance === undefined) return notPlanned(write.configName);
        const outcome =
          write.kind === "grandmaster-settings"
            ? await queries.set(instance, tlvOfWrite[write.kind], write.value)
            : await queries.set(instance, tlvOfWrite[write.kind], write.value);
        return outcome?.kind === "replies" ? undefined : { reason: reasonOf(outcome) };
      }),
  };
}

/** A value that cannot be encoded throws, and would end the one who asks for good. */
async function told<T>(ask: () => Promise<T>): Promise<T | AnnounceFailure> {
  try {
    return await ask();
  } catch (error) {
    return { reason: messageOf(error) };
  }
}

function notPlanned(configName: string): AnnounceFailure {
  return { reason: `no ptp4l runs with ${configName}` };
}

function onlyBody<K extends ManagementId>(
  outcome: ManagementOutcome<K> | undefined,
): readonly [
  body: (ManagementOutcome<K> & { kind: "replies" })["replies"][number]["body"] | undefined,
  AnnounceFailure,
] {
  const body = outcome?.kind === "replies" ? outcome.replies[0]?.body : undefined;
  return [body, { reason: reasonOf(outcome) }];
}

function reasonOf(outcome: ManagementOutcome<ManagementId> | undefined): string {
  switch (outcome?.kind) {
    case undefined:
      return "ptp4l cannot be asked now";
    case "unsupported":
      return "this ptp4l does not know it";
    case "refused":
      return `ptp4l refused with ${outcome.error.error}`;
    case "unreachable":
      return `ptp4l is not there: ${outcome.error.message}`;
    case "timeout":
      return "ptp4l did not answer";
    case "busy":
    case "ended":
      return "the agent had no time to ask";
    case "replies":
      return "ptp4l answered without a value";
  }
}
