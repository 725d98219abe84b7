import { randomBytes } from "node:crypto";
import { resources, type Applier } from "@ptp/cluster";
import { AppError } from "@ptp/kit";
import type { AuthorityNames } from "./authority-names.ts";
import {
  bundleConfigMap,
  keysSecret,
  serverSecret,
  type AuthorityContent,
  type AuthorityObjects,
} from "./authority-objects.ts";
import { readPair } from "./certificate-text.ts";
import { issueAuthority, issueServerCertificate } from "./issue-certificate.ts";
import type { AuthorityPeriods, AuthorityStep } from "./next-step.ts";

/** What a step is taken with. */
export interface StepPlace {
  readonly applier: Applier;
  readonly names: AuthorityNames;
  readonly periods: AuthorityPeriods;
  readonly nowMs: number;
  /** What was read, and what it holds: a write is refused if an object is another by now. */
  readonly objects: AuthorityObjects;
  readonly content: AuthorityContent;
}

/** A step that writes. */
export type WritingStep = Exclude<AuthorityStep, { readonly type: "wait" }>;

/** Carries out one step by one write. @throws ApiError, also for an object that changed since it was read. */
export async function takeStep(step: WritingStep, place: StepPlace): Promise<void> {
  const { content, nowMs } = place;
  const { current, next, previous, promotedAtMs } = content;
  switch (step.type) {
    case "found":
      return await writeKeys(place, { current: makeAuthority(place), next: undefined, previous, promotedAtMs: nowMs });
    case "announce":
      return await writeKeys(place, { current, next: makeAuthority(place), previous, promotedAtMs });
    case "promote": {
      const past = [...(current ? [current] : []), ...previous];
      return await writeKeys(place, { current: next, next: undefined, previous: past, promotedAtMs: nowMs });
    }
    case "forget":
      return await writeKeys(place, { current, next, previous: [], promotedAtMs });
    case "publish":
      return await writeBundle(place, step.ids);
    case "issue":
      return await writeServer(place, step.notAfterMs);
  }
}

function makeAuthority({ names, periods, nowMs }: StepPlace): AuthorityContent["current"] {
  const name = `${names.prefix}.${names.namespace}`.slice(0, 50);
  // People tell several in one bundle apart by it.
  const commonName = `${name} ${randomBytes(4).toString("hex")}`;
  const validity = { notBeforeMs: nowMs - periods.backdateMs, notAfterMs: nowMs + periods.authorityMs };
  const { certPem, keyPem } = issueAuthority(commonName, validity);
  return readPair(certPem, keyPem);
}

async function writeKeys(place: StepPlace, keys: Parameters<typeof keysSecret>[0]): Promise<void> {
  const { applier, names, objects } = place;
  await applier.apply(resources.secrets, sameVersion(keysSecret(keys, names), objects.keys), { force: true });
}

async function writeBundle(
  { applier, names, objects, content, nowMs }: StepPlace,
  ids: readonly string[],
): Promise<void> {
  const { current, next, previous } = content;
  const known = [current, next, ...previous];
  const pem = ids.map((id) => known.find((authority) => authority?.facts.id === id)?.pem ?? "").join("");
  const wanted = sameVersion(bundleConfigMap(pem, nowMs, names), objects.bundle);
  await applier.apply(resources.configmaps, wanted, { force: true });
}

async function writeServer(place: StepPlace, notAfterMs: number): Promise<void> {
  const { applier, names, periods, objects, content, nowMs } = place;
  const { current } = content;
  if (current === undefined) throw new AppError("bug", "a certificate cannot be issued without an authority");
  const validity = { notBeforeMs: nowMs - periods.backdateMs, notAfterMs };
  const pair = issueServerCertificate(names.dnsNames, validity, current);
  const wanted = sameVersion(serverSecret(pair, current.certPem, names), objects.server);
  await applier.apply(resources.secrets, wanted, { force: true });
}

/** Applied to another version than was looked at, it is refused. */
function sameVersion<T extends { readonly metadata: object }>(
  wanted: T,
  seen: { readonly metadata: { readonly resourceVersion?: string } } | undefined,
): T {
  const { resourceVersion } = seen?.metadata ?? {};
  return resourceVersion === undefined ? wanted : { ...wanted, metadata: { ...wanted.metadata, resourceVersion } };
}
