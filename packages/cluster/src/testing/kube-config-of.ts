import { KubeConfig } from "@kubernetes/client-node";

/** A kubeconfig for a server with this certificate authority (PEM); without it nothing is trusted. */
export function kubeConfigOf(server: string, authority?: string): KubeConfig {
  const config = new KubeConfig();
  const caData = authority === undefined ? undefined : Buffer.from(authority).toString("base64");
  config.loadFromClusterAndUser(
    { name: "test", server, skipTLSVerify: false, ...(caData !== undefined && { caData }) },
    { name: "test", token: "test" },
  );
  return config;
}
