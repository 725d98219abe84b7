export * from "./agent-input.ts";
export * from "./agent-options.ts";
export * from "./agent-version.ts";
export * from "./create-agent.ts";
