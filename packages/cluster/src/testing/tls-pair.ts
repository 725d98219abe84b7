import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A key and a certificate for 127.0.0.1, PEM. */
export interface TlsPair {
  readonly key: string;
  readonly cert: string;
}

let made: Promise<TlsPair> | undefined;

/** Makes a self-signed pair with openssl, once a process. */
export function tlsPair(): Promise<TlsPair> {
  made ??= make();
  return made;
}

async function make(): Promise<TlsPair> {
  const directory = await mkdtemp(join(tmpdir(), "tls-"));
  const [key, cert] = [join(directory, "key"), join(directory, "cert")];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const subject = ["-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"];
  await run("openssl", ["req", "-x509", ...curve, "-keyout", key, "-out", cert, ...subject]);
  const pair = { key: await readFile(key, "utf8"), cert: await readFile(cert, "utf8") };
  await rm(directory, { recursive: true });
  return pair;
}
