import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { rootCertificates } from "node:tls";
import { operatorTarget } from "./operator-target.ts";

test("a token is read again at each call; what is none is not shown", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "target-"));
  t.after(() => rm(folder, { recursive: true }));
  const [caPath, tokenPath] = [join(folder, "ca.crt"), join(folder, "token")];
  const bearer = async (token: string) => {
    await writeFile(tokenPath, token);
    return (await operatorTarget("h:1", { caPath, tokenPath })).metadata?.get("authorization");
  };
  await assert.rejects(bearer("a.b.c"), { reason: "file", message: /--operator-ca .* cannot be read: ENOENT/ });
  await writeFile(caPath, "");
  await assert.rejects(bearer("a.b.c"), { reason: "file", message: /holds no certificate/ });
  await writeFile(caPath, rootCertificates[0] ?? "");
  assert.deepEqual(await bearer("a.b-_.c\n"), ["Bearer a.b-_.c"]);
  assert.deepEqual(await bearer("d.e.f"), ["Bearer d.e.f"]);
  for (const text of ["", "hidden secret", "hidden\0", "x".repeat(9000)]) {
    await assert.rejects(bearer(text), { kind: "invalid", message: `--token-file ${tokenPath} holds no token` });
  }
});
