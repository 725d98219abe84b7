import { createHash, createPublicKey, generateKeyPairSync, randomBytes, sign, X509Certificate } from "node:crypto";
import {
  bitString,
  booleanTrue,
  context,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  time,
  unsignedInteger,
  utf8String,
  type Der,
} from "./der.ts";

/** A certificate with its private key, PEM. */
export interface CertificatePair {
  readonly certPem: string;
  readonly keyPem: string;
}

/** From when until when, in milliseconds since 1970; certificates count in seconds. */
export interface Validity {
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

const oids = {
  commonName: "2.5.4.3",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAlternativeName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  serverAuth: "1.3.6.1.5.5.7.3.1",
} as const;

const algorithm = sequence(objectIdentifier(oids.ecdsaWithSha256));

interface Signer {
  readonly name: string;
  readonly keyPem: string;
  readonly keyId: Buffer;
}

/** Makes an authority that signs itself: ECDSA on P-256, good for certificates of servers and for no other authority. */
export function issueAuthority(commonName: string, validity: Validity): CertificatePair {
  const key = newKey();
  const extensions = [
    // An authority; none below it.
    extension(oids.basicConstraints, sequence(booleanTrue(), unsignedInteger(Buffer.from([0]))), true),
    // keyCertSign and cRLSign.
    extension(oids.keyUsage, bitString(Buffer.from([0b0000_0110]), 1), true),
    extension(oids.subjectKeyIdentifier, octetString(key.keyId)),
  ];
  return certificate({ commonName, validity, extensions, key, signer: { ...key, name: commonName } });
}

/** Makes a server's certificate for some DNS names, signed by an authority. */
export function issueServerCertificate(
  dnsNames: readonly string[],
  validity: Validity,
  authority: CertificatePair,
): CertificatePair {
  const key = newKey();
  const signer = signerOf(authority);
  const names = dnsNames.map((name) => context(2, Buffer.from(name, "ascii"), { constructed: false }));
  const extensions = [
    extension(oids.basicConstraints, sequence(), true),
    // digitalSignature
    extension(oids.keyUsage, bitString(Buffer.from([0b1000_0000]), 7), true),
    extension(oids.extendedKeyUsage, sequence(objectIdentifier(oids.serverAuth))),
    extension(oids.subjectAlternativeName, sequence(...names)),
    extension(oids.authorityKeyIdentifier, sequence(context(0, signer.keyId, { constructed: false }))),
    extension(oids.subjectKeyIdentifier, octetString(key.keyId)),
  ];
  // The names that count are the alternative ones; a common name is for people and at most 64 characters long.
  const commonName = (dnsNames[0] ?? "server").slice(0, 64);
  return certificate({ commonName, validity, extensions, key, signer });
}

interface Draft {
  readonly commonName: string;
  readonly validity: Validity;
  readonly extensions: readonly Der[];
  readonly key: ReturnType<typeof newKey>;
  readonly signer: Signer;
}

function certificate({ commonName, validity, extensions, key, signer }: Draft): CertificatePair {
  const content = sequence(
    context(0, unsignedInteger(Buffer.from([2]))),
    unsignedInteger(serialNumber()),
    algorithm,
    distinguishedName(signer.name),
    sequence(time(validity.notBeforeMs), time(validity.notAfterMs)),
    distinguishedName(commonName),
    key.publicDer,
    context(3, sequence(...extensions)),
  );
  const signature = sign("sha256", content, { key: signer.keyPem, dsaEncoding: "der" });
  return { certPem: toPem(sequence(content, algorithm, bitString(signature))), keyPem: key.keyPem };
}

function newKey() {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const publicDer = publicKey.export({ type: "spki", format: "der" });
  const keyPem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { publicDer, keyPem, keyId: keyIdOf(publicDer) };
}

function signerOf({ certPem, keyPem }: CertificatePair): Signer {
  const { subject } = new X509Certificate(certPem);
  const publicDer = createPublicKey(keyPem).export({ type: "spki", format: "der" });
  // Our own authorities have one attribute in their name.
  return { name: subject.replace(/^CN=/, ""), keyPem, keyId: keyIdOf(publicDer) };
}

/** Any value that is the same for the same key will do. */
function keyIdOf(publicDer: Uint8Array): Buffer {
  return createHash("sha256").update(publicDer).digest().subarray(0, 20);
}

/** 127 random bits, never zero and never negative. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}

function distinguishedName(commonName: string): Der {
  return sequence(setOf(sequence(objectIdentifier(oids.commonName), utf8String(commonName))));
}

function extension(oid: string, value: Der, critical = false): Der {
  return sequence(objectIdentifier(oid), ...(critical ? [booleanTrue()] : []), octetString(value));
}

function toPem(der: Der): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
