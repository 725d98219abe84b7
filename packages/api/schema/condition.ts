import { z } from "zod";
import { int64, listOf, maybe, oneOf, record } from "./fields.ts";

const typePattern =
  /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$/;

const condition = record(
  "One aspect of the state of this object, in the standard Kubernetes shape.",
  {
    type: z
      .string()
      .max(316)
      .regex(typePattern)
      .meta({ description: "What the condition is about, in CamelCase, for example ConfigValid." }),
    status: oneOf(["True", "False", "Unknown"], "Whether the aspect holds, does not hold, or cannot be told."),
    observedGeneration: maybe(
      int64("The metadata.generation this condition was judged on; older than the object means out of date.", {
        minimum: 0,
      }),
    ),
    lastTransitionTime: z.string().meta({ description: "When the status last changed.", format: "date-time" }),
    reason: z
      .string()
      .min(1)
      .max(1024)
      .regex(/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/)
      .meta({ description: "A stable CamelCase word for programs that says why the status is what it is." }),
    message: z.string().max(32768).meta({
      description: "The same for people: object, field, value and remedy. May be empty.",
    }),
  },
  { type: "Condition" },
);

/** `status.conditions`: one atomic list, always written whole by one writer. */
export const conditions = maybe(
  listOf(condition, "Conditions of this object; Ready, Reconciling and Stalled follow the kstatus convention."),
);

/** `status.observedGeneration` of every kind. */
export const observedGeneration = maybe(
  int64("The metadata.generation that this status describes; smaller than the object's means it is out of date.", {
    minimum: 0,
  }),
);
