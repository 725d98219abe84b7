import type { FuzzTarget } from "./fuzz-target.ts";
import { apiBodies } from "./targets/api-bodies.ts";
import { configTexts } from "./targets/config-texts.ts";
import { eventLines } from "./targets/event-lines.ts";
import { gnssLines } from "./targets/gnss-lines.ts";
import { leapLists } from "./targets/leap-lists.ts";
import { logForms } from "./targets/log-forms.ts";
import { management } from "./targets/management.ts";
import { profileDocuments } from "./targets/profile-documents.ts";
import { programLines } from "./targets/program-lines.ts";

/** Every target. */
export const fuzzTargets: readonly FuzzTarget[] = [
  management,
  programLines,
  logForms,
  eventLines,
  gnssLines,
  configTexts,
  profileDocuments,
  apiBodies,
  leapLists,
];
