import type { Schema } from "@ptp/api";

const text: Schema = { type: "string" };
const given: Schema = { type: "string", minLength: 1 };
const texts: Schema = { type: "map", values: text };
const port: Schema = { type: "integer", minimum: 1, maximum: 65_535 };
const choice = (...words: readonly string[]): Schema => ({ type: "string", enum: words });
const object = (fields: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema => ({
  type: "object",
  fields,
  required,
});

/** Text or number; the reader looks at the values. */
const quantities: Schema = { type: "map", values: { type: "any" } };

const toleration = object({
  key: text,
  operator: choice("Exists", "Equal"),
  value: text,
  effect: choice("NoSchedule", "PreferNoSchedule", "NoExecute"),
  tolerationSeconds: { type: "integer" },
});

const tls = object({ secretName: text, clientCaConfigMap: text });

/** The form of the file of `--agent-settings`; what is not in it is refused by name. */
export const agentSettingsSchema: Schema = object(
  {
    daemonSetName: { type: "string", pattern: "^[a-z0-9]([-a-z0-9]{0,50}[a-z0-9])?$" },
    image: given,
    imagePullPolicy: choice("Always", "IfNotPresent", "Never"),
    imagePullSecrets: { type: "array", items: object({ name: given }, ["name"]) },
    logLevel: choice("info", "debug"),
    resources: object({ requests: quantities, limits: quantities }),
    priorityClassName: text,
    tolerations: { type: "array", items: toleration },
    podAnnotations: texts,
    podLabels: texts,
    update: object({
      maxUnavailable: { type: "any" },
      deadlineSeconds: { type: "integer", minimum: 1 },
      onDeadline: choice("stop", "continue"),
    }),
    serviceAccountName: given,
    operatorAddress: { type: "string", pattern: "^.+:[0-9]{1,5}$" },
    privileged: { type: "boolean" },
    ports: object({ metrics: port, probes: port }),
    metrics: object({ tls }),
    events: object({
      tls,
      ownMutations: { type: "boolean" },
      tokens: { type: "boolean" },
      tokenSubjects: { type: "array", items: text },
      allowNetworks: { type: "array", items: text },
      consumerCaConfigMap: text,
    }),
    nodeSelector: texts,
    affinity: { type: "map", values: { type: "any" } },
  },
  ["image", "serviceAccountName", "operatorAddress"],
);
