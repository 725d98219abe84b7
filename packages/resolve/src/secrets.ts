import { defaultNamespace, secretBytes, secretKeys } from "@ptp/api";
import type { NodeSecret } from "@ptp/node";
import type { SecretObject } from "./cluster-snapshot.ts";
import type { Definition } from "./profile-directory.ts";

/** Secrets by `<namespace>/<name>`. */
export type SecretsByName = ReadonlyMap<string, SecretObject>;

/** Indexes the Secrets of a snapshot. */
export function indexSecrets(secrets: readonly SecretObject[]): SecretsByName {
  return new Map(secrets.map((secret) => [secretName(secret.metadata.namespace, secret.metadata.name), secret]));
}

function secretName(namespace: string | undefined, name: string): string {
  return `${namespace ?? defaultNamespace}/${name}`;
}

/** The Secret a profile's `sa_file` names, whether there is one or not; undefined without `sa_file`. */
export function secretOf({ owner, parsed }: Definition, secrets: SecretsByName): SecretObject | undefined {
  return parsed.secret && secrets.get(secretName(owner.ref.namespace, parsed.secret.secretName));
}

/** The key material of one profile, or what is missing of it. Absent `found` and `missing`: it needs none. */
export interface SecretLookup {
  readonly found?: NodeSecret;
  readonly missing?: string;
}

/**
 * Finds the one Secret key a profile references, in the namespace of the object that defines the profile. What is missing
 * is told in words that never hold key material.
 */
export function findSecret(definition: Definition, secrets: SecretsByName): SecretLookup {
  const { owner, parsed } = definition;
  if (parsed.secret === undefined) return {};
  const { secretName: name, key } = parsed.secret;
  const { namespace } = owner.ref;
  const secret = secretOf(definition, secrets);
  if (secret === undefined) return { missing: `there is no Secret ${namespace}/${name}; create it with key "${key}"` };
  const document = { apiVersion: "v1", kind: "Secret", ...secret } as const;
  const content = secretBytes(document, key);
  if (content !== undefined) return { found: { secret: name, key, content } };
  const keys = secretKeys(document);
  if (keys.includes(key)) return { missing: `key "${key}" of Secret ${namespace}/${name} is no valid base64` };
  const has = keys.length === 0 ? "none" : keys.join(", ");
  return { missing: `Secret ${namespace}/${name} has no key "${key}"; its keys: ${has}` };
}
