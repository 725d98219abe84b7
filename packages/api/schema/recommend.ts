import { int64, listOf, maybe, record, text } from "./fields.ts";

const matchRule = record(
  "Selects nodes by name or by label; when both are given, either one is enough.",
  {
    nodeLabel: maybe(
      text(
        "A label of the node: a bare key such as ptp/grandmaster matches any value; key=value and key= are compared " +
          "with the value.",
      ),
    ),
    nodeName: maybe(text("The exact metadata.name of a node.")),
  },
  { type: "MatchRule" },
);

/** `spec.recommend` of PtpConfig and of the first-generation NodePTPCfg. */
export const recommend = listOf(
  record(
    "Says which nodes run a profile and how strongly.",
    {
      profile: text("Name of a profile of this object, or of another one if exactly one other object defines it."),
      priority: int64(
        "Strength of the recommendation: the smallest number wins on a node, 0 being the usual strongest; all " +
          "recommendations of the winning number apply together.",
      ),
      match: maybe(
        listOf(matchRule, "Rules that select nodes; one that holds is enough. Empty or absent: every node."),
      ),
    },
    { type: "Recommendation" },
  ),
  "Which profile runs on which nodes. The priorities of all objects compete with each other.",
);

/** `status.matchList`. */
export const matchList = maybe(
  listOf(
    record(
      "A profile selected for a node.",
      {
        nodeName: text("Name of the node."),
        profile: text("Name of the profile as it stands in spec.profile."),
      },
      { type: "NodeMatch" },
    ),
    "The profiles of this object that are really selected, one entry per node and profile; cut above 1000 entries.",
  ),
);
