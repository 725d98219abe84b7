/**
 * Compares two texts as their UTF-8 bytes would compare: the order of names in a NodeConfig. UTF-16 code
 * units, the order of `<`, agree with it except where a surrogate meets a character above it.
 */
export function byBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return codePointRank(left) - codePointRank(right);
  }
  return a.length - b.length;
}

/** Lifts surrogates, which stand for code points from U+10000 on, above U+E000 to U+FFFF. */
function codePointRank(codeUnit: number): number {
  return codeUnit >= 0xd800 && codeUnit <= 0xdfff ? codeUnit + 0x10000 : codeUnit;
}
