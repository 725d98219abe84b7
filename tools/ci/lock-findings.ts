/** The parts of package.json and of a package in package-lock.json that the check reads. */
export interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const kinds = ["dependencies", "devDependencies", "optionalDependencies"] as const;

/**
 * What is wrong with the lock file. `manifests` are the package.json files by their folder, `""` for the root;
 * `locked` is the `packages` object of package-lock.json.
 */
export function lockFindings(
  manifests: Readonly<Record<string, Manifest>>,
  locked: Readonly<Record<string, Manifest>>,
): readonly string[] {
  const ofManifests = Object.entries(manifests).flatMap(([folder, manifest]) =>
    manifestFindings(folder === "" ? "package.json" : `${folder}/package.json`, manifest, locked[folder]),
  );
  const ofPackages = Object.entries(locked).flatMap(([path, entry]) => packageFindings(path, entry));
  return [...ofManifests, ...ofPackages];
}

function manifestFindings(file: string, manifest: Manifest, entry: Manifest | undefined): readonly string[] {
  if (entry === undefined) return [`${file}: not in package-lock.json: run "npm install"`];
  return kinds.flatMap((kind) => {
    const wanted = manifest[kind] ?? {};
    const inLock = entry[kind] ?? {};
    const names = [...new Set([...Object.keys(wanted), ...Object.keys(inLock)])];
    const inexact = names.filter((name) => name in wanted && !/^\d+\.\d+\.\d+[\w.+-]*$/.test(wanted[name] ?? ""));
    const differing = names.filter((name) => wanted[name] !== inLock[name]);
    return [
      ...inexact.map((name) => `${file}: ${kind}: ${name} is "${wanted[name] ?? ""}": pin an exact version`),
      ...differing.map((name) => `${file}: ${kind}: ${name} differs from package-lock.json: run "npm install"`),
    ];
  });
}

function packageFindings(path: string, entry: Manifest): readonly string[] {
  if (!path.startsWith("node_modules/")) return [];
  if (entry.link === true) return [];
  const findings: string[] = [];
  if (entry.integrity === undefined) findings.push(`package-lock.json: ${path}: no integrity hash`);
  if (entry.resolved !== undefined) findings.push(`package-lock.json: ${path}: names a registry host ("resolved")`);
  return findings;
}
