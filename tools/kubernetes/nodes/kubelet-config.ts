/** What differs between the kubelets of two nodes. */
export interface KubeletSettings {
  readonly port: number;
  readonly cgroupRoot: string;
  readonly certificatePath: string;
  readonly keyPath: string;
  /** Who may call the kubelet. */
  readonly clientCaPath: string;
}

/** A KubeletConfiguration for a node inside a test host: nothing outside of it is touched. */
export function kubeletConfig(settings: KubeletSettings): object {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    port: settings.port,
    healthzPort: 0,
    readOnlyPort: 0,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: false },
      x509: { clientCAFile: settings.clientCaPath },
    },
    authorization: { mode: "AlwaysAllow" },
    tlsCertFile: settings.certificatePath,
    tlsPrivateKeyFile: settings.keyPath,
    containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock",
    cgroupDriver: "cgroupfs",
    cgroupRoot: settings.cgroupRoot,
    failCgroupV1: false,
    failSwapOn: false,
    makeIPTablesUtilChains: false,
    // The node's disk is memory of its own; the machine's is not its concern.
    localStorageCapacityIsolation: false,
    evictionHard: { "memory.available": "100Mi" },
    imageGCHighThresholdPercent: 100,
    oomScoreAdj: 0,
    resolvConf: "/run/node/resolv.conf",
    // Seconds count in tests.
    syncFrequency: "2s",
    nodeStatusUpdateFrequency: "5s",
    // Root in a container may not write every sysctl and limit.
    featureGates: { KubeletInUserNamespace: true },
  };
}
