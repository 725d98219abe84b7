/** The answer to a GET request. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

// The socket must be made inside the host's network; bash does that without any other program.
const script = `
exec 3<>"/dev/tcp/127.0.0.1/$1"
printf 'GET %s HTTP/1.0\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' "$2" >&3
exec cat <&3`;

/** Fetches `path` from a port of a host. Throws when nothing listens there or the answer is not HTTP. */
export async function httpGet(
  run: (argv: readonly string[]) => Promise<string>,
  port: number,
  path: string,
): Promise<HttpAnswer> {
  const answer = await run(["timeout", "5", "bash", "-c", script, "http-get", String(port), path]);
  const match = /^HTTP\/1\.[01] (\d{3})[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n/.exec(answer);
  if (match === null) throw new Error(`port ${port} did not answer in HTTP: ${JSON.stringify(answer.slice(0, 80))}`);
  return { status: Number(match[1]), body: answer.slice(match[0].length) };
}
