import { isJsonObject } from "@ptp/api";
import { byBytes } from "@ptp/node";
import type { EventSettings } from "@ptp/node";
import type { ConfigObject } from "./cluster-snapshot.ts";
import { text } from "./untrusted.ts";

/** What the PtpOperatorConfig gives to every node. */
export interface OperatorSettings {
  readonly plugins: readonly string[];
  /** Absent: events off. */
  readonly events?: EventSettings;
}

/** Plugins that are enabled when the PtpOperatorConfig does not say, or is not there. */
const defaultPlugins = ["e810", "e825", "e830", "ntpfailover"];

/**
 * Reads the PtpOperatorConfig named `default`. What has a wrong type counts as absent: one wrong field must not take the
 * others from every node. So does text with half of a surrogate pair: no revision can be taken of it. Settings of events
 * that are off do not travel, so that editing them restarts nothing.
 */
export function readOperatorSettings(operatorConfig: ConfigObject | undefined): OperatorSettings {
  const spec = isJsonObject(operatorConfig?.spec) ? operatorConfig.spec : {};
  const names = isJsonObject(spec["plugins"]) ? Object.keys(spec["plugins"]) : defaultPlugins;
  const plugins = names.filter((name) => name.isWellFormed()).sort(byBytes);
  const config = isJsonObject(spec["ptpEventConfig"]) ? spec["ptpEventConfig"] : {};
  if (config["enableEventPublisher"] !== true) return { plugins };
  const settings = ["transportHost", "apiVersion", "storageType"].map((field) => [field, text(config[field])] as const);
  const present = Object.fromEntries(settings.filter(([, value]) => value?.isWellFormed()));
  return { plugins, events: { enableEventPublisher: true, ...present } };
}
