import { createHash } from "node:crypto";
import { isJsonObject, type JsonValue } from "@ptp/node";

/** A subscription as it is stored. Wire names: see `subscriptionInfo`. */
export interface Subscription {
  readonly id: string;
  /** As the consumer wrote it. */
  readonly resourceAddress: string;
  readonly endpointUri: string;
  /** Whether its events carry since and cause. */
  readonly withDetails: boolean;
  /** Who made it, if that was noted. */
  readonly owner?: string;
}

/** A subscription as consumers see it. */
export interface SubscriptionInfo {
  readonly ResourceAddress: string;
  readonly EndpointUri: string;
  readonly SubscriptionId: string;
  readonly UriLocation: string;
}

/** What a consumer asks for. */
export type SubscriptionRequest = Pick<Subscription, "resourceAddress" | "endpointUri">;

/** A longer EndpointUri is none. */
const maxUriLength = 2_048;

/**
 * Reads the body of a request: UTF-8 JSON, an object whose known fields are texts, both addresses given. Other fields are
 * ignored, whatever they hold. Undefined where it cannot be used.
 */
export function readSubscriptionRequest(body: Uint8Array): SubscriptionRequest | undefined {
  const document = parse(body);
  if (document === undefined || !isJsonObject(document)) return undefined;
  const fields = ["ResourceAddress", "EndpointUri", "SubscriptionId", "UriLocation"].map((name) => document[name]);
  if (!fields.every((field) => field === undefined || field === null || typeof field === "string")) return undefined;
  const [resourceAddress, endpoint] = fields;
  const endpointUri = endpoint?.trim() ?? "";
  if (!resourceAddress || endpointUri === "" || endpointUri.length > maxUriLength) return undefined;
  return { resourceAddress, endpointUri };
}

function parse(body: Uint8Array): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body));
    return value;
  } catch {
    return undefined;
  }
}

/** Whether a text is a URI or a part of one. What parsers of browsers mend is none: no two of them would mean the same by it. */
export function isUriReference(text: string): boolean {
  const withoutQuery = text.replace(/\?[^#]*/, "");
  const isBroken = /\p{Cc}/u.test(text) || /%(?![\da-f]{2})/i.test(withoutQuery);
  return !isBroken && URL.canParse(text, "http://localhost");
}

/** An endpoint as it is logged: without a name and password in it. */
export function shownEndpoint(endpointUri: string): string {
  return endpointUri.replace(/^([^/?#]*\/\/)[^/?#]*@/, "$1…@");
}

/** The document of a subscription; `baseUri` ends before `/subscriptions`. */
export function subscriptionInfo(subscription: Subscription, baseUri: string): SubscriptionInfo {
  return {
    ResourceAddress: subscription.resourceAddress,
    EndpointUri: subscription.endpointUri,
    SubscriptionId: subscription.id,
    UriLocation: `${baseUri}/subscriptions/${subscription.id}`,
  };
}

/** Namespace of UUIDs of URLs (RFC 9562, section 6.6). */
const urlNamespace = Buffer.from("6ba7b8119dad11d180b400c04fd430c8", "hex");

/** Name of a subscriber in stores: the version 3 UUID of its EndpointUri. */
export function clientIdOf(endpointUri: string): string {
  const bytes = createHash("md5").update(urlNamespace).update(endpointUri).digest();
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x30, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
