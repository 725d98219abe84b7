import {
  checkConf,
  isInterfaceName,
  parseConf,
  renderConfFile,
  type ConfDocument,
  type ConfProgram,
  type ParsedConf,
} from "@ptp/ptp";
import type { InstalledTarget } from "./conf-target.ts";
import { judgeConf } from "./judge-findings.ts";
import { configPath } from "./node-paths.ts";
import type { ProfileContext } from "./profile-context.ts";
import { ProfileRefusal } from "./profile-refusal.ts";
import type { RenderedFile } from "./run-plan.ts";

/** A configuration as the program reads it, and its file. */
export interface RenderedConf {
  readonly conf: ConfDocument;
  readonly file: RenderedFile;
}

/**
 * Injects into the user's text and checks the result against the installed release.
 *
 * @throws ProfileRefusal if the program would refuse the result.
 */
export function renderLinuxptpConf(
  context: ProfileContext,
  target: InstalledTarget,
  inject: (conf: ConfDocument) => ConfDocument,
): RenderedConf {
  const parsed = parsedConf(context, target.program);
  const conf = inject(parsed.conf);
  judgeConf(context, `${target.program}Conf`, [...parsed.findings, ...checkConf(conf, target)], target);
  const content = renderConfFile(conf, { profileName: context.profile.name, flags: "drop" });
  return { conf, file: confFile(context, target.program, content) };
}

/** The file of a configuration, readable to all as in the existing stack. */
export function confFile({ runId }: ProfileContext, program: ConfProgram, content: string): RenderedFile {
  return { path: configPath(program, runId), content, mode: 0o644 };
}

/**
 * The interface of the profile, if it names one.
 *
 * @throws ProfileRefusal if it cannot be the name of an interface.
 */
export function profileInterface({ profile }: ProfileContext): { readonly interface?: string } {
  const name = profile.interface ?? "";
  if (name === "") return {};
  if (isInterfaceName(name) && !/[\][#<{]/.test(name)) return { interface: name };
  throw new ProfileRefusal(
    "interface",
    `${JSON.stringify(name)} cannot be the name of a network interface: correct it`,
  );
}

function parsedConf({ profile, ptp4lConf }: ProfileContext, program: ConfProgram): ParsedConf {
  return program === "ptp4l" ? ptp4lConf : parseConf(profile[`${program}Conf`] ?? "");
}
