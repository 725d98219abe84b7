import type { OutputFormat } from "../outcome.ts";

/** Options of every command that reads a cluster's documents. */
export interface ClusterOptions {
  /** Files, directories, `-`. */
  readonly paths: readonly string[];
  /** Of objects that name none. */
  readonly namespace: string;
  readonly output: OutputFormat;
  /** Whether warnings make the exit code 1. */
  readonly strict: boolean;
}
