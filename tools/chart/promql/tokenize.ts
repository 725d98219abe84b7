/** A piece of a PromQL expression. */
export interface Token {
  readonly kind: "word" | "number" | "string" | "sign";
  readonly text: string;
}

const patterns: readonly (readonly [kind: Token["kind"] | "space", pattern: RegExp])[] = [
  ["space", /\s+|#[^\n]*/y],
  ["string", /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/y],
  ["number", /\d[\w.]*/y],
  ["word", /[a-zA-Z_][\w:]*/y],
  ["sign", /==|!=|>=|<=|=~|!~|[-+*/%^=<>(){}[\],:@]/y],
];

/** Splits an expression. @throws SyntaxError naming the place of what is no PromQL */
export function tokenize(expression: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < expression.length;) {
    const [kind, text] = tokenAt(expression, at);
    if (kind !== "space") tokens.push({ kind, text });
    at += text.length;
  }
  return tokens;
}

function tokenAt(expression: string, at: number): readonly [Token["kind"] | "space", string] {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const text = pattern.exec(expression)?.[0];
    if (text !== undefined) return [kind, text];
  }
  throw new SyntaxError(`no PromQL at character ${at}: ${expression.slice(at, at + 20)}`);
}
