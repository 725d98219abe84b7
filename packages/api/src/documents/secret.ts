import type { ObjectMeta } from "../object-meta.ts";

/** A Kubernetes Secret as far as this project reads it: `data` is base64, `stringData` plain text and the stronger. */
export interface SecretDocument {
  readonly apiVersion: "v1";
  readonly kind: "Secret";
  readonly metadata: ObjectMeta;
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
}

/** The keys of a Secret, sorted. */
export function secretKeys(secret: SecretDocument): readonly string[] {
  return [...new Set([...Object.keys(secret.data ?? {}), ...Object.keys(secret.stringData ?? {})])].sort();
}

/** The bytes under a key, or undefined when the key is absent or its base64 is broken. */
export function secretBytes(secret: SecretDocument, key: string): Uint8Array | undefined {
  const plain = own(secret.stringData, key);
  if (plain !== undefined) return new TextEncoder().encode(plain);
  const encoded = own(secret.data, key);
  return encoded === undefined ? undefined : fromBase64(encoded);
}

/** The text under a key; bytes that are no UTF-8 become replacement characters. */
export function secretText(secret: SecretDocument, key: string): string | undefined {
  const bytes = secretBytes(secret, key);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

/** True for base64 in the standard alphabet with padding; line breaks are allowed, as YAML block text has them. */
export function isBase64(text: string): boolean {
  const compact = text.replaceAll(/\s/g, "");
  return compact.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(compact);
}

function fromBase64(text: string): Uint8Array | undefined {
  if (!isBase64(text)) return undefined;
  return Uint8Array.from(atob(text.replaceAll(/\s/g, "")), (character) => character.charCodeAt(0));
}

function own(map: Readonly<Record<string, string>> | undefined, key: string): string | undefined {
  return map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;
}
