/** What an object is for; what has none is the operator's own. */
export type Component = "agent" | "events" | "migration";

/** Labels that say which installation of the operator has made an object, and what it is for. */
export function ownLabels(operatorName: string, component?: Component): Readonly<Record<string, string>> {
  return {
    "app.kubernetes.io/managed-by": "ptp-operator",
    "app.kubernetes.io/instance": operatorName,
    ...(component && { "app.kubernetes.io/component": component }),
  };
}

interface Labelled {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
}

/** Whether this installation of the operator has made an object, for that purpose if one is named. */
export function isOwn({ metadata }: Labelled, operatorName: string, component?: Component): boolean {
  const { labels = {} } = metadata;
  return Object.entries(ownLabels(operatorName, component)).every(([name, value]) => labels[name] === value);
}
