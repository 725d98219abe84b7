import { isJsonObject } from "./json-object.ts";
import type { JsonObject } from "./json-object.ts";
import type { Rule } from "./schema.ts";

/**
 * What each CEL rule of the CRDs means, by its text: no CEL interpreter ships with the programs.
 * A test runs the rule texts themselves through one on the same cases and compares.
 */
const meaningByRule: Readonly<Record<string, (self: JsonObject) => boolean>> = {
  "self.metadata.name == 'default'": (self) => isJsonObject(self["metadata"]) && self["metadata"]["name"] === "default",
  "has(self.ttyDevice) != has(self.ethernetInterface)": (self) =>
    has(self, "ttyDevice") !== has(self, "ethernetInterface"),
  "!has(self.highAvailability) || !has(self.highAvailability.enableHA) || !self.highAvailability.enableHA || (has(self.ptpSettings) && 'haProfiles' in self.ptpSettings)":
    (self) => {
      const { highAvailability: written, ptpSettings: settings } = self;
      const isEnabled = isJsonObject(written) && written["enableHA"] === true;
      return !isEnabled || (isJsonObject(settings) && has(settings, "haProfiles"));
    },
};

/** Whether a rule holds for an object whose structure is valid. Throws on a rule without a meaning here: a bug. */
export function holdsRule(rule: Rule, self: JsonObject): boolean {
  const meaning = meaningByRule[rule.rule];
  if (meaning === undefined) throw new Error(`CEL rule without a meaning: ${rule.rule}`);
  return meaning(self);
}

function has(self: JsonObject, field: string): boolean {
  return self[field] !== undefined && self[field] !== null;
}
