import type { NodePaths } from "./node-paths.ts";

/** The image under whose name the sandbox of every pod runs. */
export const sandboxImage = "localhost/sandbox:1";

/** containerd's configuration (TOML): everything in the node's own folders, nothing that a restricted root may not do. */
export function containerdConfig({ cniBinDir, cniConfDir, runc }: NodePaths): string {
  return `version = 2
root = '/var/lib/containerd'
state = '/run/containerd'
[grpc]
  address = '/run/containerd/containerd.sock'
[plugins.'io.containerd.grpc.v1.cri']
  sandbox_image = '${sandboxImage}'
  # Root in a container may have no right to lower these.
  restrict_oom_score_adj = true
  disable_apparmor = true
  tolerate_missing_hugetlb_controller = true
  disable_hugetlb_controller = true
  netns_mounts_under_state_dir = true
  [plugins.'io.containerd.grpc.v1.cri'.cni]
    bin_dir = '${cniBinDir}'
    conf_dir = '${cniConfDir}'
  [plugins.'io.containerd.grpc.v1.cri'.containerd.runtimes.runc]
    runtime_type = 'io.containerd.runc.v2'
    [plugins.'io.containerd.grpc.v1.cri'.containerd.runtimes.runc.options]
      BinaryName = '${runc}'
      SystemdCgroup = false
`;
}

/** The network of pods that have their own: each a cable to the node, which forwards between them. */
export function podNetworkConfig(podSubnet: string): string {
  const ipam = {
    type: "host-local",
    dataDir: "/run/cni-addresses",
    ranges: [[{ subnet: podSubnet }]],
    routes: [{ dst: "0.0.0.0/0" }],
  };
  return JSON.stringify({ cniVersion: "1.0.0", name: "pods", plugins: [{ type: "ptp", ipam }] });
}
