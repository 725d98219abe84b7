import type { CaseResult } from "./run-cases.ts";

const maxDetail = 300;

/** The table of results, and a last line that counts them. */
export function reportText(results: readonly CaseResult[]): string {
  const width = Math.max(...results.map(({ id }) => id.length));
  const lines = results.flatMap(({ id, title, outcome, detail }) => [
    `${outcome}  ${id.padEnd(width)}  ${title}`,
    ...(detail === "" ? [] : [`${" ".repeat(width + 8)}${cut(detail)}`]),
  ]);
  const count = (wanted: CaseResult["outcome"]): number => results.filter(({ outcome }) => outcome === wanted).length;
  return [...lines, `${count("pass")} passed, ${count("fail")} failed, ${count("skip")} skipped`].join("\n");
}

function cut(text: string): string {
  return text.length > maxDetail ? `${text.slice(0, maxDetail)} …` : text;
}
