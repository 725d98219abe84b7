import { getOption, type CommandOption, type ConfDocument } from "@ptp/ptp";
import { optionValue } from "./has-option.ts";

/** Domain of a ptp4l with that configuration and those options, which go before it; both were checked or are not run. */
export function domainNumberOf(conf: ConfDocument, options: readonly CommandOption[]): number {
  // An integer is written as C writes it.
  const text = optionValue(options, "domainNumber") ?? getOption(conf, "global", "domainNumber") ?? "0";
  const domainNumber = /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
  return Number.isInteger(domainNumber) ? domainNumber : 0;
}
