import type { Finding } from "../findings/finding.ts";
import { nearestName } from "@ptp/ptp";
import { memberPath } from "../findings/path.ts";

/** The plugins agents have. */
export const knownPlugins: readonly string[] = ["e810", "e825", "e830", "ntpfailover", "reference"];

/** The warnings for plugin names no agent has; it depends on the agent, so none of them is an error. */
export function unknownPlugins(plugins: Readonly<Record<string, unknown>> | undefined, path: string): Finding[] {
  return Object.keys(plugins ?? {})
    .filter((name) => !knownPlugins.includes(name))
    .map((name) => {
      const suggestion = nearestName(name, knownPlugins);
      const hint = suggestion === undefined ? `known are ${knownPlugins.join(", ")}` : `did you mean "${suggestion}"?`;
      return {
        path: memberPath(path, name),
        message: `unknown plugin "${name}"; ${hint}`,
        expected: knownPlugins.join(", "),
        got: name,
        ...(suggestion === undefined ? {} : { suggestion }),
      };
    });
}
