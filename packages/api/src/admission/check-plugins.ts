import type { Finding } from "../findings/finding.ts";
import { unknownPlugins } from "../settings/known-plugins.ts";
import type { ProfileView } from "./profile-view.ts";

/** Warns about plugins no agent has. */
export function checkPlugins({ profile, path }: ProfileView): readonly Finding[] {
  return unknownPlugins(profile.plugins, `${path}.plugins`);
}
