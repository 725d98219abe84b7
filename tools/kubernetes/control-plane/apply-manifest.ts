import type { ClientProgram } from "./client-programs.ts";

/** Applies a manifest file, or objects, on the server's side as field manager `test`. Returns what kubectl tells. */
export async function applyManifest(kubectl: ClientProgram, manifest: string | readonly object[]): Promise<string> {
  const words = ["apply", "--server-side", "--field-manager=test", "-f"];
  if (typeof manifest === "string") return kubectl([...words, manifest]);
  return kubectl([...words, "-"], { stdin: JSON.stringify({ apiVersion: "v1", kind: "List", items: manifest }) });
}
