import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a certificate shall say. */
export interface CertificateWish {
  /** Its common name and the base name of its files. */
  readonly name: string;
  /** As openssl writes it; default `DNS:localhost,IP:127.0.0.1`. */
  readonly subjectAltName?: string;
  /** Name of the authority that signs it; default `ca`. */
  readonly issuer?: string;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

/** Certificates made by openssl in a folder of their own. */
export interface Certificates {
  /** `<folder>/<name>.crt` */
  certPath(name: string): string;
  /** `<folder>/<name>.key` */
  keyPath(name: string): string;
  /** Makes an authority that signs itself. */
  authority(name: string): void;
  /** Makes a certificate; one of the same name is replaced. */
  issue(wish: CertificateWish): void;
  remove(): void;
}

const config = `[ca]
default_ca = d
[d]
database = index.txt
new_certs_dir = .
default_md = sha256
policy = p
rand_serial = yes
unique_subject = no
copy_extensions = copy
[p]
commonName = supplied
`;

const dayMs = 86_400_000;

/** Makes the folder with an authority `ca` in it. Throws where openssl is not installed. */
export function createCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), "certificates-"));
  const openssl = (...args: readonly string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const request = (name: string, extension: string): void => {
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", `${name}.key`];
    openssl("req", "-new", ...key, "-subj", `/CN=${name}`, "-addext", extension, "-out", `${name}.csr`);
  };
  const sign = (name: string, signer: readonly string[], notBefore: Date, notAfter: Date): void => {
    const dates = ["-startdate", opensslTime(notBefore), "-enddate", opensslTime(notAfter)];
    const files = ["-in", `${name}.csr`, "-out", `${name}.crt`];
    openssl("ca", "-batch", "-config", "openssl.cnf", "-notext", ...files, ...dates, ...signer);
  };
  const [longAgo, farAway] = [new Date(Date.now() - 3650 * dayMs), new Date(Date.now() + 3650 * dayMs)];
  const certificates: Certificates = {
    certPath: (name) => join(folder, `${name}.crt`),
    keyPath: (name) => join(folder, `${name}.key`),
    authority: (name) => {
      request(name, "basicConstraints=critical,CA:TRUE");
      sign(name, ["-selfsign", "-keyfile", `${name}.key`], longAgo, farAway);
    },
    issue: ({ name, subjectAltName = "DNS:localhost,IP:127.0.0.1", issuer = "ca", notBefore, notAfter }) => {
      request(name, `subjectAltName=${subjectAltName}`);
      const signer = ["-cert", `${issuer}.crt`, "-keyfile", `${issuer}.key`];
      sign(name, signer, notBefore ?? longAgo, notAfter ?? farAway);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  writeFileSync(join(folder, "openssl.cnf"), config);
  writeFileSync(join(folder, "index.txt"), "");
  certificates.authority("ca");
  return certificates;
}

/** `20261121120000Z` */
function opensslTime(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace(/\D/g, "")}Z`;
}
