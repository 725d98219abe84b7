/** What a server that speaks TLS is made of: objects of the operator's namespace. */
export interface TlsSources {
  /** Secret with `tls.crt` and `tls.key`. */
  readonly secretName: string;
  /** ConfigMap with `ca.crt`, the authority of who may come; absent: everybody may. */
  readonly clientCaConfigMap?: string;
}

/** The same as a file of settings may have it; with null, or a text that is empty, it says nothing. */
export interface GivenTlsSources {
  readonly secretName?: string | null;
  readonly clientCaConfigMap?: string | null;
}

/** The sources; undefined where HTTPS is not wanted. */
export function toTlsSources(given: GivenTlsSources | null | undefined): TlsSources | undefined {
  if (!given?.secretName) return undefined;
  const { secretName, clientCaConfigMap } = given;
  return { secretName, ...(clientCaConfigMap && { clientCaConfigMap }) };
}

/** What is wrong with sources, with field, value and remedy. */
export function tlsProblems(path: string, given: GivenTlsSources | null | undefined): readonly string[] {
  if (!given?.clientCaConfigMap || given.secretName) return [];
  return [
    `${path}.clientCaConfigMap: "${given.clientCaConfigMap}" is for HTTPS alone; write ${path}.secretName too, or leave it out`,
  ];
}
