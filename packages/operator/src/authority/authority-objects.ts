import { secretText, type SecretDocument } from "@ptp/api";
import type { KubeObject } from "@ptp/cluster";
import { AppError } from "@ptp/kit";
import { isOwn, ownLabels } from "../own-labels.ts";
import type { AuthorityNames } from "./authority-names.ts";
import { readCertificates, readPair, type ReadCertificate } from "./certificate-text.ts";
import type { CertificatePair } from "./issue-certificate.ts";
import type { AuthorityFacts, AuthorityState } from "./next-step.ts";

/** A ConfigMap. */
export interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** The objects of an authority as the API server has them. */
export interface AuthorityObjects {
  readonly keys: SecretDocument | undefined;
  readonly server: SecretDocument | undefined;
  readonly bundle: ConfigMap | undefined;
}

type Pair = ReadCertificate & CertificatePair;

/** What the objects hold; what cannot be read of them counts as lost. */
export interface AuthorityContent {
  readonly current: Pair | undefined;
  readonly next: Pair | undefined;
  readonly previous: readonly ReadCertificate[];
  readonly promotedAtMs: number | undefined;
  readonly server: (Pair & { readonly issuer: ReadCertificate | undefined }) | undefined;
  /** The bundle, if it is as this operator writes it. */
  readonly bundle: { readonly certificates: readonly ReadCertificate[]; readonly sinceMs: number } | undefined;
}

/** Type of the Secret with the keys: by it the operator leaves them out where it reads the keys of profiles. */
export const authorityType = "ptp.openshift.io/authority";

/** Key of the bundle in its ConfigMap. */
export const bundleKey = "ca.crt";
const sinceAnnotation = "ptp.openshift.io/bundle-since";

/** Reads the objects. @throws AppError invalid for one that is not this operator's: it is not touched. */
export function readAuthority(objects: AuthorityObjects, names: AuthorityNames): AuthorityContent {
  const keys = ownSecret(objects.keys, names);
  const tls = ownSecret(objects.server, names);
  const bundle = readBundle(ownBundle(objects.bundle, names));
  const text = (key: string) => (keys && secretText(keys, key)) ?? "";
  const current = readPair(text("ca.crt"), text("ca.key"));
  const kept = [...readCertificates(text("previous.crt")), ...(current ? [] : readCertificates(text("ca.crt")))];
  const shown = tls && readPair(secretText(tls, "tls.crt") ?? "", secretText(tls, "tls.key") ?? "");
  // An authority that lost its key is found where its certificate was told: what it signed goes on being shown.
  const told = [
    ...kept,
    ...(bundle?.certificates ?? []),
    ...readCertificates((tls && secretText(tls, "ca.crt")) ?? ""),
  ];
  const candidates = [...(current ? [current] : []), ...told];
  const issuer = shown && candidates.find((authority) => isIssuedBy(shown, authority));
  const isComplete = shown !== undefined && names.dnsNames.every((name) => shown.certificate.checkHost(name) === name);
  const isOrphan = issuer !== undefined && issuer.facts.id !== current?.facts.id && !has(kept, issuer);
  return {
    current,
    next: readPair(text("next.crt"), text("next.key")),
    previous: isOrphan ? [...kept, issuer] : kept,
    promotedAtMs: readTime(text("promoted-at")),
    server: isComplete ? { ...shown, issuer } : undefined,
    bundle,
  };
}

/** What the next step depends on. */
export function stateOf({ current, next, previous, promotedAtMs, server, bundle }: AuthorityContent): AuthorityState {
  return {
    previous: previous.map(({ facts }) => facts),
    ...(current && { current: current.facts }),
    ...(next && { next: next.facts }),
    ...(promotedAtMs !== undefined && { promotedAtMs }),
    ...(bundle && { bundle: { ids: bundle.certificates.map(({ facts }) => facts.id), sinceMs: bundle.sinceMs } }),
    ...(server?.issuer && { server: { ...lifetime(server.facts), issuerId: server.issuer.facts.id } }),
  };
}

/** The Secret with the keys. */
export function keysSecret(
  { current, next, previous, promotedAtMs }: Omit<AuthorityContent, "server" | "bundle">,
  names: AuthorityNames,
): SecretDocument {
  const past = previous.map(({ pem }) => pem).join("");
  return secret(names.keys, names, authorityType, {
    ...(current && { "ca.crt": current.certPem, "ca.key": current.keyPem }),
    ...(next && { "next.crt": next.certPem, "next.key": next.keyPem }),
    ...(past !== "" && { "previous.crt": past }),
    ...(promotedAtMs !== undefined && { "promoted-at": new Date(promotedAtMs).toISOString() }),
  });
}

/** The Secret with the certificate that is shown, and that of its authority. */
export function serverSecret(
  { certPem, keyPem }: CertificatePair,
  caPem: string,
  names: AuthorityNames,
): SecretDocument {
  const data = { "tls.crt": certPem, "tls.key": keyPem, "ca.crt": caPem };
  return secret(names.server, names, "kubernetes.io/tls", data);
}

/** The ConfigMap agents mount. */
export function bundleConfigMap(pem: string, sinceMs: number, names: AuthorityNames): ConfigMap {
  const annotations = { [sinceAnnotation]: new Date(sinceMs).toISOString() };
  const { bundle: name, namespace } = names;
  const metadata = { name, namespace, labels: ownLabels(names.prefix), annotations };
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data: { [bundleKey]: pem } };
}

function readBundle(object: ConfigMap | undefined): AuthorityContent["bundle"] {
  const text = object?.data?.[bundleKey] ?? "";
  const certificates = readCertificates(text);
  const sinceMs = readTime(object?.metadata.annotations?.[sinceAnnotation] ?? "");
  const isOurs = certificates.length > 0 && certificates.map(({ pem }) => pem).join("") === text;
  return isOurs && sinceMs !== undefined ? { certificates, sinceMs } : undefined;
}

/** @throws AppError invalid if the ConfigMap for agents is not this operator's: it is not touched. */
export function ownBundle(object: ConfigMap | undefined, { namespace, bundle, prefix }: AuthorityNames) {
  if (object === undefined || isOwn(object, prefix)) return object;
  throw new AppError(
    "invalid",
    `ConfigMap ${namespace}/${bundle} was not made by this operator, which tells agents its authority under that name: ` +
      "rename or delete it",
  );
}

function ownSecret(object: SecretDocument | undefined, names: AuthorityNames): SecretDocument | undefined {
  if (object === undefined || isOwn(object, names.prefix)) return object;
  const { name, namespace } = object.metadata;
  throw new AppError(
    "invalid",
    `Secret ${namespace}/${name} was not made by this operator, which keeps its own keys under that name: ` +
      "rename or delete it, or use it with tls.source secret",
  );
}

type SecretType = typeof authorityType | "kubernetes.io/tls";

function secret(name: string, names: AuthorityNames, type: SecretType, texts: Readonly<Record<string, string>>) {
  const encoded = Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString("base64")] as const);
  const metadata = { name, namespace: names.namespace, labels: ownLabels(names.prefix) };
  return { apiVersion: "v1", kind: "Secret", type, metadata, data: Object.fromEntries(encoded) } as const;
}

function isIssuedBy({ certificate }: ReadCertificate, { certificate: authority }: ReadCertificate): boolean {
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

function has(list: readonly ReadCertificate[], { facts }: ReadCertificate): boolean {
  return list.some((one) => one.facts.id === facts.id);
}

function lifetime({ notBeforeMs, notAfterMs }: AuthorityFacts) {
  return { notBeforeMs, notAfterMs };
}

function readTime(text: string): number | undefined {
  const timeMs = Date.parse(text);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}
