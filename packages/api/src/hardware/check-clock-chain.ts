import type { Finding } from "../findings/finding.ts";
import { elementPath } from "../findings/path.ts";
import type { ClockChain } from "../gen/types.ts";
import { checkConditions } from "./check-conditions.ts";
import { checkPins } from "./check-pins.ts";
import { checkSource } from "./check-source.ts";
import { checkNames } from "./check-names.ts";

/**
 * The rules of a clock chain no schema can say, in the order structure, definitions, pins, sources, conditions.
 * All broken rules are told; the first finding is the one to fix first.
 */
export function checkClockChain(chain: ClockChain, path: string): readonly Finding[] {
  return [
    ...checkStructure(chain, `${path}.structure`),
    ...checkDefinitions(chain, `${path}.commonDefinitions`),
    ...checkPins(chain, `${path}.structure`),
    ...checkSources(chain, `${path}.behavior.sources`),
    ...checkConditions(chain, `${path}.behavior.conditions`),
  ];
}

function checkStructure({ structure }: ClockChain, path: string): readonly Finding[] {
  if (structure.length === 0) return [{ path, message: "structure must contain at least one subsystem" }];
  return checkNames(structure, path, "subsystem name");
}

function checkDefinitions({ commonDefinitions }: ClockChain, path: string): readonly Finding[] {
  return [
    ...checkNames(commonDefinitions?.eSyncDefinitions ?? [], `${path}.eSyncDefinitions`, "eSync definition name"),
    ...checkNames(commonDefinitions?.refSyncDefinitions ?? [], `${path}.refSyncDefinitions`, "refSync definition name"),
  ];
}

function checkSources({ behavior, structure }: ClockChain, path: string): readonly Finding[] {
  const sources = behavior?.sources ?? [];
  const subsystems = new Set(structure.map(({ name }) => name));
  const each = sources.flatMap((source, index) => {
    const place = elementPath(path, index);
    const unknown =
      source.subsystem !== "" && !subsystems.has(source.subsystem)
        ? [
            {
              path: `${place}.subsystem`,
              message: `source "${source.name}" references non-existent subsystem "${source.subsystem}"`,
              expected: [...subsystems].join(", "),
              got: source.subsystem,
            },
          ]
        : [];
    return [...checkSource(source, place), ...unknown];
  });
  return [...each, ...checkNames(sources, path, "source name")];
}
