import type { LabPod } from "./pod.ts";
import type { ContainerStand } from "./run-container.ts";

/** The status of a pod whose containers stand like that; each pod gets a time at which it began. */
export function podStatus(pod: LabPod, stands: readonly ContainerStand[], startTime: string, now: string): object {
  const isReady = stands.every(({ ready }) => ready);
  const condition = (type: string, isTrue: boolean) => ({
    type,
    status: isTrue ? "True" : "False",
    lastTransitionTime: now,
  });
  return {
    phase: "Running",
    startTime,
    hostIP: "127.0.0.1",
    conditions: [
      condition("PodScheduled", true),
      condition("Initialized", true),
      condition("ContainersReady", isReady),
      condition("Ready", isReady),
    ],
    containerStatuses: pod.spec.containers.map(({ name, image }, index) => {
      const { running = false, ready = false, restartCount = 0 } = stands[index] ?? {};
      const state = running ? { running: { startedAt: startTime } } : { waiting: { reason: "CrashLoopBackOff" } };
      return { name, image, imageID: "lab", ready, started: running, restartCount, state };
    }),
  };
}
