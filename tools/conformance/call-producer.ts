import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";

/** What a producer answered. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly tookMs: number;
}

/** A request; `path` goes out as it stands, so that a producer's own treatment of odd ones is seen. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const timeoutMs = 15_000;
/** Enough for a list of thousands of subscriptions. */
const maxAnswerBytes = 16_777_216;

/** Asks the producer at an origin, without following redirects. @throws where there is no whole answer in 15 s. */
export async function callProducer(origin: URL, { method, path, body, headers = {} }: Call): Promise<Answer> {
  const startMs = performance.now();
  const request = (origin.protocol === "https:" ? httpsRequest : httpRequest)(origin, {
    method,
    path,
    headers: {
      ...headers,
      ...(body !== undefined && { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
    },
    signal: AbortSignal.timeout(timeoutMs),
    agent: false,
  });
  return new Promise<Answer>((resolve, reject) => {
    request.once("error", reject);
    request.once("response", (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxAnswerBytes) response.destroy(new Error(`the answer to ${method} ${path} is endless`));
        chunks.push(chunk);
      });
      response.once("error", reject);
      response.once("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
          tookMs: performance.now() - startMs,
        }),
      );
    });
    request.end(body);
  });
}
