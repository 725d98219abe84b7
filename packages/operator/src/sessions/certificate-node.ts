const scheme = "ptp-node:";

/**
 * The node a certificate speaks for: its one subject alternative name of type URI with the scheme `ptp-node`, as in
 * `URI:ptp-node:worker-1`. Undefined if there is none, or more than one.
 *
 * @param subjectAltName as `node:tls` writes it: entries separated by comma and blank, odd ones quoted.
 */
export function nodeOfCertificate(subjectAltName: string | undefined): string | undefined {
  // Quoted entries hold characters that no node name has; a comma in one must not make two of it.
  if (subjectAltName === undefined || subjectAltName.includes('"')) return undefined;
  const nodes = subjectAltName
    .split(", ")
    .filter((entry) => entry.startsWith(`URI:${scheme}`))
    .map((entry) => entry.slice(`URI:${scheme}`.length));
  const [nodeName, ...others] = nodes;
  return others.length > 0 || nodeName === "" ? undefined : nodeName;
}
