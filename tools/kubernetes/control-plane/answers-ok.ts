import { get as getPlain, type IncomingMessage } from "node:http";
import { get as getSecure } from "node:https";

/** Whether a GET, over a connection of its own, is answered with 200 within 2 s. Rejects when no connection comes about. */
export async function answersOk(url: string, ca?: string): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const answered = (response: IncomingMessage): void => {
    response.resume();
    resolve(response.statusCode === 200);
  };
  const options = { agent: false as const, timeout: 2_000 };
  const request = ca === undefined ? getPlain(url, options, answered) : getSecure(url, { ...options, ca }, answered);
  request.on("timeout", () => request.destroy(new Error(`${url}: no answer within 2 s`)));
  request.on("error", reject);
  return promise;
}
