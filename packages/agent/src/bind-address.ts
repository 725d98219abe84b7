/** An address to serve HTTP on. */
export interface BindAddress {
  readonly host?: string;
  readonly port: number;
}

/**
 * Reads `:9091`, `127.0.0.1:9091`, `[::1]:9091`, or a port alone.
 *
 * @throws Error for people.
 */
export function bindAddress(flag: string, text: string): BindAddress {
  const match = /^(?:(.*):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match === null || port > 65_535) throw new Error(`--${flag} ${text}: write host:port or :port`);
  const host = (match[1] ?? "").replace(/^\[(.*)\]$/, "$1");
  return host === "" ? { port } : { host, port };
}
