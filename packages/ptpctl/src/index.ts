export { runPtpctl } from "./run-ptpctl.ts";
export type { RunResult } from "./run-ptpctl.ts";
export type { Surroundings } from "./surroundings.ts";
