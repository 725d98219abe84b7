import { authenticationFacts, securityAssociations } from "@ptp/ptp";
import type { AuthenticationFacts } from "@ptp/ptp";
import { defaultNamespace } from "../documents/default-namespace.ts";
import type { SecretDocument } from "../documents/secret.ts";
import { secretKeys, secretText } from "../documents/secret.ts";
import type { Finding } from "../findings/finding.ts";
import type { PtpConfig } from "../gen/types.ts";
import type { AdmissionContext } from "./context.ts";
import type { ProfileView } from "./profile-view.ts";

/** Where agents put the Secrets their profiles use: one folder per Secret, one file per key. */
export const secretMountPath = "/etc/ptp-secret-mount/";

/** The Secret and key a `sa_file` names. */
export interface SecretReference {
  readonly secretName: string;
  readonly key: string;
}

// The forms Kubernetes allows; neither can leave the mount folder.
const objectNameForm = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const secretKeyForm = /^(?!\.\.?$)[-._a-zA-Z0-9]+$/;

/** Reads `/etc/ptp-secret-mount/<secret>/<key>`; undefined for any other path. */
export function parseSaFile(path: string): SecretReference | undefined {
  if (!path.startsWith(secretMountPath)) return undefined;
  const [secretName, key, ...rest] = path.slice(secretMountPath.length).split("/");
  if (secretName === undefined || key === undefined || rest.length > 0) return undefined;
  if (!objectNameForm.test(secretName) || !secretKeyForm.test(key)) return undefined;
  return { secretName, key };
}

/**
 * With `sa_file` in `[global]`: the file is a key of a Secret in the object's own namespace, every port says which
 * security association it uses, and the Secret has that association. Without known Secrets only the text is judged.
 */
export function checkAuthentication(
  view: ProfileView,
  { metadata }: PtpConfig,
  { secrets }: AdmissionContext,
): readonly Finding[] {
  const facts = authenticationFacts(view.ptp4l.conf);
  const { saFile } = facts;
  if (saFile === undefined) return [];
  const at = { path: `${view.path}.ptp4lConf`, line: facts.saFileLine };
  const reference = parseSaFile(saFile);
  if (reference === undefined) return [{ ...at, message: badPath(saFile), got: saFile }];
  const namespace = metadata.namespace ?? defaultNamespace;
  const secret = secrets?.find(
    (known) =>
      known.metadata.name === reference.secretName && (known.metadata.namespace ?? defaultNamespace) === namespace,
  );
  const findings = secrets === undefined ? [] : checkSecret(secret, reference, namespace);
  const text = secret === undefined ? undefined : secretText(secret, reference.key);
  const associations = text === undefined ? undefined : securityAssociations(text);
  return [
    ...findings.map((message) => ({ ...at, message, got: saFile })),
    ...facts.ports.flatMap((port) => checkPort(port, associations, { path: at.path, ...reference })),
  ];
}

function badPath(file: string): string {
  if (file === "") return `sa_file value is not set; write ${secretMountPath}<secret>/<key>`;
  if (!file.startsWith(secretMountPath)) {
    return `sa_file "${file}" must start with ${secretMountPath}, followed by <secret>/<key>`;
  }
  return `sa_file "${file}" must be ${secretMountPath}<secret>/<key>: a Secret and one of its keys`;
}

function checkSecret(
  secret: SecretDocument | undefined,
  { secretName, key }: SecretReference,
  namespace: string,
): string[] {
  if (secret === undefined) {
    return [`sa_file has invalid secret name "${secretName}": no such Secret in namespace ${namespace}; create it`];
  }
  if (secretText(secret, key) !== undefined) return [];
  const keys = secretKeys(secret).join(", ");
  return [`sa_file names key "${key}", which Secret ${namespace}/${secretName} does not have; its keys: ${keys}`];
}

function checkPort(
  { section, spp, line }: AuthenticationFacts["ports"][number],
  associations: ReadonlySet<number> | undefined,
  { path, secretName }: SecretReference & { readonly path: string },
): readonly Finding[] {
  if (spp === undefined) {
    return [{ path, line, message: `section [${section}] must have spp configured, because [global] has sa_file` }];
  }
  if (associations === undefined || associations.has(Number(spp))) return [];
  const known = [...associations].join(", ");
  const message = `section [${section}] uses spp ${spp}, which Secret "${secretName}" does not define; it has: ${known}`;
  return [{ path, line, message, expected: known, got: spp }];
}
