import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { command } from "../../debian/command.ts";

/** Whom a certificate names, and the addresses it is good for. */
export interface CertificateSubject {
  readonly commonName: string;
  /** Kubernetes reads them as groups. */
  readonly organizations?: readonly string[];
  /** In the words of openssl: `IP:127.0.0.1`, `DNS:localhost`. */
  readonly alternativeNames?: readonly string[];
}

/** A certificate with its key, on disk (PEM). */
export interface IssuedCertificate {
  readonly certificatePath: string;
  readonly keyPath: string;
}

/** Issues certificates that are good for both ends of a connection, for a day. */
export interface CertificateAuthority extends IssuedCertificate {
  readonly certificatePem: string;
  /** Writes `<fileName>.crt` and `<fileName>.key` beside the authority's own. */
  issue(fileName: string, subject: CertificateSubject): Promise<IssuedCertificate>;
}

const newKey = ["-utf8", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"];

/** Makes an authority of that name in `dir`. Throws where openssl 3 is missing. */
export async function createCertificateAuthority(dir: string, name: string): Promise<CertificateAuthority> {
  const own = paths(dir, name);
  const usage = ["-addext", "keyUsage=critical,keyCertSign,cRLSign"];
  await request(own, { commonName: name }, usage);
  return {
    ...own,
    certificatePem: await readFile(own.certificatePath, "utf8"),
    issue: async (fileName, subject) => {
      const issued = paths(dir, fileName);
      const by = ["-CA", own.certificatePath, "-CAkey", own.keyPath, ...leafExtensions(subject)];
      await request(issued, subject, by);
      return issued;
    },
  };
}

function paths(dir: string, name: string): IssuedCertificate {
  return { certificatePath: join(dir, `${name}.crt`), keyPath: join(dir, `${name}.key`) };
}

async function request(to: IssuedCertificate, subject: CertificateSubject, words: readonly string[]): Promise<void> {
  const out = ["-out", to.certificatePath, "-keyout", to.keyPath];
  await command(["openssl", "req", "-x509", "-days", "1", ...newKey, "-subj", subjectText(subject), ...out, ...words]);
}

function leafExtensions({ alternativeNames = [] }: CertificateSubject): readonly string[] {
  const extensions = [
    "basicConstraints=critical,CA:FALSE",
    "keyUsage=critical,digitalSignature",
    "extendedKeyUsage=clientAuth,serverAuth",
    ...(alternativeNames.length === 0 ? [] : [`subjectAltName=${alternativeNames.join(",")}`]),
  ];
  return extensions.flatMap((extension) => ["-addext", extension]);
}

function subjectText({ commonName, organizations = [] }: CertificateSubject): string {
  const escaped = (text: string): string => text.replace(/[/\\+]/g, String.raw`\$&`);
  return [...organizations.map((name) => `/O=${escaped(name)}`), `/CN=${escaped(commonName)}`].join("");
}
