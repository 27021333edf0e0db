/**
 * The bill of materials as CycloneDX JSON: the program with the packages that are in it, and whatever else an image
 * holds. No time, no serial number: the same input gives the same bytes.
 */
import { Contrib, Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';

const licences = new Contrib.License.Factories.LicenseFactory();

/** `@a/b` is `%40a/b` in a package URL. */
export function npmUrl(name, version) {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

function component({
  type = Enums.ComponentType.Library,
  name,
  version,
  purl,
  cpe,
  license,
  sha256,
  parts = [],
}) {
  // Without a name of ours the library makes one up, another each time.
  const made = new Models.Component(type, name, { version, purl, cpe, bomRef: purl ?? name });
  if (license !== undefined) made.licenses.add(licences.makeFromString(license));
  if (sha256 !== undefined) made.hashes.set(Enums.HashAlgorithm['SHA-256'], sha256);
  for (const part of parts) made.components.add(component(part));
  return made;
}

/** The packages that a bill of the program alone names. */
export function packagesIn(text) {
  return JSON.parse(text).components.map(({ name, version, licenses }) => ({
    name,
    version,
    license: licenses[0].license.id ?? licenses[0].license.name,
  }));
}

/** `others`: `{ type, name, version, purl, cpe, license, sha256, parts }`, all but the name optional. */
export function sbom({ version, license }, packages, others = []) {
  const bom = new Models.Bom();
  const program = component({
    type: Enums.ComponentType.Application,
    name: 'vault-lifeboat',
    version,
    purl: npmUrl('vault-lifeboat', version),
    license,
  });
  bom.metadata.component = program;
  const all = packages.map((each) => ({ ...each, purl: npmUrl(each.name, each.version) }));
  const once = [...new Map(all.map((each) => [each.purl, each])).values()];
  for (const each of [...once, ...others]) {
    const made = component(each);
    bom.components.add(made);
    program.dependencies.add(made.bomRef);
  }
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}
