import { checkOpts, interfaceSections, readOpts, securityAssociations, setOption } from "@ptp/ptp";
import type { CommandOption, ConfDocument } from "@ptp/ptp";
import { installedTarget, requireProgram, type InstalledTarget } from "./conf-target.ts";
import { domainNumberOf } from "./domain-number.ts";
import { hasOption } from "./has-option.ts";
import { hasGlobal, injectSettings } from "./inject-settings.ts";
import { judgeOpts } from "./judge-findings.ts";
import { configName, leapFilePath, processKey, ptp4lSocketPath } from "./node-paths.ts";
import { commandLine, createSpec } from "./process-draft.ts";
import { ptp4lOptsOf, type ProfileContext } from "./profile-context.ts";
import { ProfileRefusal } from "./profile-refusal.ts";
import { profileInterface, renderLinuxptpConf } from "./render-linuxptp-conf.ts";
import type { ProcessSpec, Ptp4lInstance, RenderedFile } from "./run-plan.ts";
import { secretFilesOf } from "./secret-files.ts";

/** A ptp4l and what its observers need to know. */
export interface PlannedPtp4l {
  readonly spec: ProcessSpec;
  readonly instance: Ptp4lInstance;
}

/** Plans the ptp4l of a profile; undefined if the profile does not run one. */
export function planPtp4l(context: ProfileContext): PlannedPtp4l | undefined {
  const opts = ptp4lOptsOf(context.profile);
  if (opts === undefined) return undefined;
  const program = requireProgram(context.facts, "ptp4l", "ptp4lOpts");
  const secrets = secretFilesOf(context);
  const target = { ...installedTarget("ptp4l", program), ...knownSppOf(secrets) };
  const options = checkedOptions(context, opts, target);
  const { conf, file } = renderLinuxptpConf(context, target, (conf) => inject(context, conf, options));
  const instance = describeInstance(context, conf, options);
  if (instance.interfaces.length === 0)
    context.note("ptp4lConf", "ptp4l ends at once without an interface: add a section [<interface>]");
  const argv = commandLine(context, { name: "ptp4l", path: program.path }, opts, hasOption(options, "m") ? [] : ["-m"]);
  const spec = createSpec(context, {
    program: "ptp4l",
    argv,
    files: [file, ...secrets],
    sockets: [instance.socketPath],
    readiness: { kind: "management", socketPath: instance.socketPath, domainNumber: instance.domainNumber },
  });
  return { spec, instance };
}

function checkedOptions(context: ProfileContext, opts: string, target: InstalledTarget): readonly CommandOption[] {
  judgeOpts(context, "ptp4lOpts", checkOpts(opts, target), target);
  const options = readOpts(opts, target);
  if (hasOption(options, "uds_address"))
    throw new ProfileRefusal(
      "ptp4lOpts",
      "--uds_address moves the management socket away from its observers: remove it",
    );
  return options;
}

function inject(context: ProfileContext, conf: ConfDocument, options: readonly CommandOption[]): ConfDocument {
  const injected = injectSettings(conf, {
    ...profileInterface(context),
    messageTag: `[${configName("ptp4l", context.runId)}:{level}]`,
    udsAddress: ptp4lSocketPath(context.runId),
    leapFile: leapFilePath(context.nodeName),
  });
  const hasSummary = hasOption(options, "summary_interval") || hasGlobal(injected, "summary_interval");
  return hasSummary ? injected : setOption(injected, "global", "summary_interval", "1");
}

function describeInstance(
  context: ProfileContext,
  conf: ConfDocument,
  options: readonly CommandOption[],
): Ptp4lInstance {
  // ptp4l makes the ports of its command line before it reads the file.
  const named = options.flatMap(({ kind, name, value }) => (kind === "short" && name === "i" && value ? [value] : []));
  return {
    key: processKey("ptp4l", context.runId),
    profile: context.profile.name,
    configName: configName("ptp4l", context.runId),
    socketPath: ptp4lSocketPath(context.runId),
    domainNumber: domainNumberOf(conf, options),
    clockType: context.clockType,
    interfaces: [...new Set([...named, ...interfaceSections(conf)])],
  };
}

function knownSppOf(secrets: readonly RenderedFile[]): { readonly knownSpp?: ReadonlySet<number> } {
  const [first] = secrets;
  return first === undefined ? {} : { knownSpp: securityAssociations(first.content) };
}
