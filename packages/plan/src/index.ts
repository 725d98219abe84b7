export {
  chronydSocketPath,
  configName,
  configPath,
  gpsFifoPath,
  leapFilePath,
  processKey,
  ptp4lSocketPath,
} from "./node-paths.ts";
export * from "./default-host-facts.ts";
export * from "./diff.ts";
export * from "./interface-alias.ts";
export { neededTlvs } from "./management-needs.ts";
export * from "./plan.ts";
export * from "./render-output.ts";
export * from "./run-ids.ts";
export * from "./run-choices.ts";
export * from "./run-plan.ts";
export { isSameProcess } from "./same-process.ts";
export { secretsInUse } from "./secret-files.ts";
export { startOrder } from "./start-order.ts";
