import * as pulumi from "@pulumi/pulumi";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Properties } from "../provider/resourceType";

const { specialSigKey, specialAssetSig, specialArchiveSig, deserializeProperty } = pulumi.runtime;

/** Properties as Pulumi's engine sends them: plain JSON, in which assets and archives are marked objects. */
export type WireProperties = Properties;

export function fromStruct(struct: Struct | undefined): WireProperties {
  return struct?.toJavaScript() ?? {};
}

/** What is `undefined` has no place on the wire, and is left out. */
export function toStruct(properties: Properties): Struct {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)));
}

/**
 * Properties with Pulumi's own assets and archives, as a `ResourceProvider` takes them; without nulls. Of an asset of
 * before the engine sends the hash alone: it becomes `{ asset: hash }`, an archive `{ archive: hash }`.
 */
export function withAssets(properties: WireProperties): Properties {
  return mapMarked(properties, (marked) => {
    const { [specialSigKey]: mark, hash, ...content } = marked;
    if (Object.keys(content).length > 0) return deserializeProperty(marked);
    return mark === specialAssetSig ? { asset: hash } : { archive: hash };
  });
}

/** Properties with only the hashes that the engine computed of assets and archives: to compare, without reading them. */
export function withHashes(properties: WireProperties): Properties {
  return mapMarked(properties, ({ hash }) => ({ hash }));
}

function mapMarked(properties: WireProperties, map: (marked: Properties) => unknown): Properties {
  const mapValue = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(mapValue);
    if (typeof value !== "object" || value === null) return value;
    const object = value as Properties;
    const mark = object[specialSigKey];
    return mark === specialAssetSig || mark === specialArchiveSig ? map(object) : mapMarked(object, map);
  };
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([, value]) => value !== null)
      .map(([key, value]) => [key, mapValue(value)]),
  );
}
