import * as pulumi from "@pulumi/pulumi";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Properties } from "../provider/resourceType";

const { specialSigKey, specialAssetSig, specialArchiveSig, deserializeProperty } = pulumi.runtime;

/** Properties as Pulumi's engine sends them: plain JSON, with assets and archives as marked objects. */
export type EngineProperties = Properties;

export function fromStruct(struct: Struct | undefined): EngineProperties {
  return struct?.toJavaScript() ?? {};
}

/** Leaves out `undefined`, which protobuf cannot represent. */
export function toStruct(properties: Properties): Struct {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)));
}

/**
 * Properties with Pulumi's asset and archive objects, as a `ResourceProvider` expects them, without nulls. The engine
 * sends only the hash of a previous asset: it becomes `{ asset: hash }`, an archive `{ archive: hash }`.
 */
export function withAssets(properties: EngineProperties): Properties {
  return mapMarked(properties, (marked) => {
    const { [specialSigKey]: mark, hash, ...content } = marked;
    if (Object.keys(content).length > 0) return deserializeProperty(marked);
    return mark === specialAssetSig ? { asset: hash } : { archive: hash };
  });
}

/** Properties with only the engine's hashes of assets and archives: enough to compare, without reading them. */
export function withHashes(properties: EngineProperties): Properties {
  return mapMarked(properties, ({ hash }) => ({ hash }));
}

function mapMarked(properties: EngineProperties, map: (marked: Properties) => unknown): Properties {
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
