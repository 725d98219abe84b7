import type { DebianPackage } from "./parse-dpkg-status.ts";

/** An npm package whose code is in an image. */
export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** All that is in an image. */
export interface ImageContent {
  /** Name and version of the image. */
  readonly name: string;
  readonly version: string;
  readonly npm: readonly NpmPackage[];
  readonly debian: readonly DebianPackage[];
  /** Of the Debian release, e.g. `debian-13`, as scanners name it. */
  readonly distribution: string;
  /** Version of the Node binary. */
  readonly node: string;
}

/** A bill of materials as CycloneDX 1.6 (JSON), the same bytes for the same content: without time and serial number. */
export function billOfMaterials(content: ImageContent): string {
  const { name, version, npm, debian, distribution, node } = content;
  const components = [
    { type: "platform", ...component("node", node, `pkg:generic/node@${node}`), licenses: [{ expression: "MIT" }] },
    ...debian.map((each) => debianComponent(each, distribution)),
    ...npm.map(npmComponent),
  ];
  const byPurl = new Map(components.map((each) => [each.purl, each]));
  const document = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: { type: "container", ...component(name, version, `pkg:oci/${name}?tag=${version}`) } },
    components: [...byPurl.values()].toSorted((one, other) => (one.purl < other.purl ? -1 : 1)),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function component(
  name: string,
  version: string,
  purl: string,
): { "bom-ref": string; name: string; version: string; purl: string } {
  return { "bom-ref": purl, name, version, purl };
}

function debianComponent({ name, version, architecture, source }: DebianPackage, distribution: string) {
  const [sourceName] = source?.split(" ") ?? [];
  const qualifiers = [`arch=${architecture}`, `distro=${distribution}`];
  const purl = `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?${qualifiers.join("&")}`;
  const properties = sourceName === undefined ? {} : { properties: [{ name: "debian:source", value: sourceName }] };
  return { type: "library", ...component(name, version, purl), ...properties };
}

function npmComponent({ name, version, license }: NpmPackage) {
  const purl = `pkg:npm/${name.replace(/^@/, "%40")}@${version}`;
  return {
    type: "library",
    ...component(name, version, purl),
    ...(license === undefined ? {} : { licenses: [{ expression: license }] }),
  };
}
