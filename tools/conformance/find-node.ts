import { callProducer, type Answer } from "./call-producer.ts";
import { basePath } from "./trial.ts";

/**
 * Makes sure that a producer answers at all, and asks for its node's name.
 *
 * @throws what is wrong with it, and what to do.
 */
export async function findNode(
  origin: URL,
  headers: Readonly<Record<string, string>>,
  given: string | undefined,
): Promise<string> {
  const health = await ask(origin, "/health", headers);
  if (health.status === 404) throw new Error(`${origin.origin} serves no ${basePath}: is this the port of the events?`);
  if (health.status !== 200)
    throw new Error(`${origin.origin} is not ready: its health answers ${health.status}. Try again when it is 200.`);
  if (given !== undefined) return given;
  const publishers = await ask(origin, "/publishers", headers);
  const name = /"\/cluster\/node\/([^/"]+)\/sync\//.exec(publishers.body)?.[1];
  if (name === undefined) throw new Error(`${origin.origin} does not tell its node's name: give it with --node`);
  return name;
}

async function ask(origin: URL, path: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  try {
    return await callProducer(origin, { method: "GET", path: `${basePath}${path}`, headers });
  } catch (error) {
    const why = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
    throw new Error(`no producer answers at ${origin.origin} (${why})`, { cause: error });
  }
}
