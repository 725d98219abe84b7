const plainKey = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** The path of a member: `a.b` for a plain key, `a["x.y/z"]` for a key with other characters. */
export function memberPath(parent: string, key: string): string {
  if (!plainKey.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === "" ? key : `${parent}.${key}`;
}

/** The path of an element: `a[0]`. */
export function elementPath(parent: string, index: number): string {
  return `${parent}[${index}]`;
}
