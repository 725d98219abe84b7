/** A Debian package as dpkg records it. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** The source package and its version, where they differ: security advisories name these. */
  readonly source?: string;
}

/** Reads paragraphs of dpkg's status file, or files with one each put together. Others than installed packages are left out. */
export function parseDpkgStatus(text: string): readonly DebianPackage[] {
  return text.split(/\n\s*\n/).flatMap((paragraph) => {
    const field = (name: string): string | undefined =>
      new RegExp(`^${name}: *(.*)$`, "m").exec(paragraph)?.[1]?.trim();
    const [name, version, architecture] = [field("Package"), field("Version"), field("Architecture")];
    if (name === undefined || version === undefined || architecture === undefined) return [];
    if (!/ (installed|unpacked)$/.test(field("Status") ?? " installed")) return [];
    const source = field("Source");
    return [{ name, version, architecture, ...(source === undefined ? {} : { source }) }];
  });
}
