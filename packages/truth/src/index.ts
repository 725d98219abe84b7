export * from "./clock-limits.ts";
export * from "./port-role.ts";
export * from "./ptp-clock.ts";
export * from "./sampled-clock.ts";
export * from "./sync-machine.ts";
export * from "./sync-state.ts";
export * from "./metric-samples.ts";
export * from "./node-view.ts";
