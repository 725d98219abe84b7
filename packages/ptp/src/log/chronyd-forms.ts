import { optionalText, startsWith, type LineForm } from "./line-form.ts";

/** What chronyd writes; its lines have no stamp of linuxptp's kind, and may begin with a date. */
export const chronydForms: readonly LineForm[] = [
  {
    pattern: /^Selected source (\S{1,255})/,
    read: ([, source]) => ({ kind: "source-selection", ...optionalText("source", source) }),
  },
  startsWith(/^(?:Can't synchronise: )?no selectable sources/i, { kind: "source-selection" }),
  startsWith(/^chronyd(?: version \S{1,64})? starting\b/, { kind: "lifecycle", phase: "starting" }),
  startsWith(/^chronyd exiting\b/, { kind: "lifecycle", phase: "exiting" }),
  startsWith(
    /^(?:System clock|Source|Frequency|Initial frequency|Loaded|Using|Wrong|Could not|Forward time|Backward time) /,
    {
      kind: "remark",
    },
  ),
];
