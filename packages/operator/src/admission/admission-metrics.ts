import { Counter, Histogram, type Registry } from "prom-client";
import type { AdmissionServerOptions } from "./admission-server.ts";

/** Counts and times answers, in a registry. */
export function countAdmission(registry: Registry): AdmissionServerOptions["answered"] {
  const registers = [registry];
  const answers = new Counter({
    name: "ptp_operator_admission_requests_total",
    help: "Questions of the API server, by kind and by result: allowed, warned, denied, failed.",
    labelNames: ["kind", "result"] as const,
    registers,
  });
  const seconds = new Histogram({
    name: "ptp_operator_admission_duration_seconds",
    help: "From a question of the API server to its answer.",
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1],
    registers,
  });
  return (kind, result, durationMs) => {
    answers.inc({ kind, result });
    seconds.observe(durationMs / 1000);
  };
}
