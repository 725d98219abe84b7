/** Version of this agent, as `--version` and sessions tell it. */
export const agentVersion = "0.1.0";
