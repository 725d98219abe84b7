import type { Finding } from "../findings/finding.ts";
import { elementPath } from "../findings/path.ts";

/** Names of a list: none empty, none twice. `what` stands in the message, for example `subsystem name`. */
export function checkNames(
  items: readonly { readonly name: string }[],
  path: string,
  what: string,
): readonly Finding[] {
  const seen = new Set<string>();
  return items.flatMap(({ name }, index) => {
    const place = `${elementPath(path, index)}.name`;
    if (name === "") return [{ path: place, message: `empty ${what}; give it one` }];
    const repeated = seen.has(name);
    seen.add(name);
    return repeated ? [{ path: place, message: `duplicate ${what} "${name}"; rename one`, got: name }] : [];
  });
}
