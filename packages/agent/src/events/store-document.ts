import { isJsonObject, type JsonObject, type JsonValue } from "@ptp/node";
import { clientIdOf, type Subscription } from "./subscription.ts";

/** The file of one subscriber, in the form of the existing producer with fields of our own. */
export function storeDocument(endpointUri: string, subscriptions: readonly Subscription[], baseUri: string): string {
  const store = Object.fromEntries(
    subscriptions.map(({ id, resourceAddress, withDetails, owner }) => [
      id,
      {
        ResourceAddress: resourceAddress,
        EndpointUri: endpointUri,
        SubscriptionId: id,
        UriLocation: `${baseUri}/subscriptions/${id}`,
        ...(withDetails && { WithDetails: true }),
        ...(owner !== undefined && { Owner: owner }),
      },
    ]),
  );
  const document = { clientID: clientIdOf(endpointUri), subStore: { store }, EndpointUri: endpointUri, status: 1 };
  return `${JSON.stringify({ ...document, action: 0 }, undefined, 1)}\n`;
}

/**
 * The subscriptions of a stored file: one subscriber, or several by their ids as in a ConfigMap of the existing producer,
 * each an object or its text. Names of fields are read whatever their case. What is no subscription is left out.
 */
export function readStoreDocument(text: string): readonly Subscription[] {
  const document = parse(text);
  if (document === undefined) return [];
  if (field(document, "subStore") !== undefined) return readClient(document);
  return Object.values(document).flatMap((value) => {
    const client = typeof value === "string" ? parse(value) : value;
    return client !== undefined && isJsonObject(client) ? readClient(client) : [];
  });
}

function readClient(client: JsonObject): readonly Subscription[] {
  const subStore = field(client, "subStore");
  const store = isObject(subStore) ? field(subStore, "store") : undefined;
  if (!isObject(store)) return [];
  // Events go to the subscriber's endpoint, whatever a subscription itself was written with.
  const endpoint = textField(client, "EndpointUri");
  return Object.entries(store).flatMap(([key, value]) => (isObject(value) ? readOne(value, key, endpoint) : []));
}

function readOne(value: JsonObject, key: string, clientEndpoint: string): readonly Subscription[] {
  const id = textField(value, "SubscriptionId") || key;
  const resourceAddress = textField(value, "ResourceAddress");
  const endpointUri = clientEndpoint || textField(value, "EndpointUri");
  const owner = textField(value, "Owner");
  if (resourceAddress === "" || endpointUri === "" || !/^[\w.-]{1,128}$/.test(id)) return [];
  const withDetails = field(value, "WithDetails") === true;
  return [{ id, resourceAddress, endpointUri, withDetails, ...(owner !== "" && { owner }) }];
}

function field(object: JsonObject, name: string): JsonValue | undefined {
  const exact = Object.hasOwn(object, name) ? object[name] : undefined;
  if (exact !== undefined) return exact;
  return Object.entries(object).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

function textField(object: JsonObject, name: string): string {
  const value = field(object, name);
  return typeof value === "string" ? value.trim() : "";
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return value !== undefined && isJsonObject(value);
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
