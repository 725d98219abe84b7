import { tokenize, type Token } from "./tokenize.ts";

/** What an expression asks of one metric. */
export interface MetricUse {
  readonly name: string;
  /** Labels it is selected by. */
  readonly matchedLabels: readonly string[];
}

/** What an expression refers to. */
export interface ExpressionUses {
  readonly metrics: readonly MetricUse[];
  /** Labels in `by (…)` and arithmetic `on (…)`, which are all that is left in its result; undefined without such lists. */
  readonly keptLabels?: readonly string[];
}

const functions = new Set(
  "abs absent absent_over_time avg avg_over_time ceil changes clamp count count_over_time delta deriv floor group histogram_quantile increase irate label_replace last_over_time max max_over_time min min_over_time quantile quantile_over_time rate resets round scalar stddev sum sum_over_time time timestamp topk bottomk vector".split(
    " ",
  ),
);
const labelLists = new Set(["by", "on", "without", "ignoring", "group_left", "group_right"]);
const setOperators = new Set(["and", "or", "unless"]);
const operators = new Set([...setOperators, "bool", "offset"]);
const closers: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/**
 * Finds metrics and labels in a PromQL expression. It knows words and brackets, not the whole grammar: promtool does.
 * @throws SyntaxError for characters, brackets or functions that PromQL does not have
 */
export function metricUses(expression: string): ExpressionUses {
  const tokens = tokenize(expression);
  checkBrackets(tokens);
  const metrics: MetricUse[] = [];
  const kept: string[] = [];
  let hasLists = false;
  for (let at = 0; at < tokens.length; at += 1) {
    const { kind, text } = tokens[at] ?? { kind: "sign", text: "" };
    if (kind !== "word" || operators.has(text)) continue;
    if (labelLists.has(text)) {
      const list = insideBrackets(tokens, at + 1);
      // A set operator matches by its list and keeps all labels.
      if (text === "by" || (text === "on" && !setOperators.has(tokens[at - 1]?.text ?? ""))) {
        hasLists = true;
        kept.push(...list.filter(({ kind }) => kind === "word").map(({ text }) => text));
      }
      if (list.length > 0 || tokens[at + 1]?.text === "(") at += list.length + 2;
    } else if (functions.has(text)) {
      continue;
    } else if (tokens[at + 1]?.text === "(") {
      throw new SyntaxError(`${text} is no function that is known here`);
    } else {
      const selector = tokens[at + 1]?.text === "{" ? insideBrackets(tokens, at + 1) : [];
      metrics.push({ name: text, matchedLabels: matchedLabels(selector) });
      if (tokens[at + 1]?.text === "{") at += selector.length + 2;
    }
  }
  return { metrics, ...(hasLists && { keptLabels: kept }) };
}

function checkBrackets(tokens: readonly Token[]): void {
  const open: string[] = [];
  for (const { kind, text } of tokens) {
    if (kind !== "sign") continue;
    const closer = closers[text];
    if (closer !== undefined) open.push(closer);
    else if (")]}".includes(text) && open.pop() !== text) throw new SyntaxError(`${text} closes nothing`);
  }
  if (open.length > 0) throw new SyntaxError(`${open.at(-1)} is missing`);
}

/** Tokens between the bracket at `open` and its end. */
function insideBrackets(tokens: readonly Token[], open: number): readonly Token[] {
  const closer = closers[tokens[open]?.text ?? ""];
  if (closer === undefined) return [];
  const end = tokens.findIndex(({ kind, text }, at) => at > open && kind === "sign" && text === closer);
  return tokens.slice(open + 1, end);
}

function matchedLabels(selector: readonly Token[]): string[] {
  return selector.flatMap(({ kind, text }, at) => {
    if (kind !== "word") return [];
    const [operator, value] = [selector[at + 1], selector[at + 2]];
    if (!["=", "!=", "=~", "!~"].includes(operator?.text ?? "") || value?.kind !== "string") {
      throw new SyntaxError(`{${text} …} has no operator with a text`);
    }
    return [text];
  });
}
