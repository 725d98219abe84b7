const longestShown = 60;

/** A value as it is shown in a finding: its type for containers, the shortened literal otherwise. */
export function describeValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  return shorten(typeof value === "bigint" ? `${value}` : (JSON.stringify(value) ?? typeof value));
}

/** Cuts a text that would fill the terminal, marking the cut. */
export function shorten(text: string): string {
  return text.length <= longestShown ? text : `${text.slice(0, longestShown)}…`;
}
