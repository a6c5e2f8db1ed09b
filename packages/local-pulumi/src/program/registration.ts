import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import type { Properties } from "../provider/resourceType";

/** A resource as the program registers it, with all inputs resolved. */
export interface Registration {
  urn: string;
  /** e.g. `aws:s3/bucket:Bucket`. */
  type: string;
  /** The logical name. */
  name: string;
  /** False for a component. */
  custom: boolean;
  /** Whether a provider creates the component's children (`awsx:…`), not the program. */
  remote: boolean;
  /** The parent's URN; absent directly below the stack. */
  parent?: string;
  /** URNs of the resources that must exist first: referenced outputs, `dependsOn`, parent, provider. Sorted. */
  dependencies: string[];
  /** The URN of the provider, if the program names one. */
  provider?: string;
  /** May contain Pulumi assets and archives; secrets are unwrapped. */
  inputs: Properties;
  /** The inputs that are or contain a secret. */
  secrets: string[];
  protect: boolean;
  /** The URNs under which an earlier state may hold the resource, from its own aliases and its parents'. */
  formerUrns: string[];
  /** Position in declaration order. Registrations arrive in another order, as their inputs resolve. */
  position: number;
}

/** The type of the root resource that Pulumi creates for the stack. */
export const STACK_TYPE = "pulumi:pulumi:Stack";

/** The URN that Pulumi's engine assigns: the parent's types below the stack, then the resource's own type. */
export function urnOf(parent: string | undefined, type: string, name: string): string {
  const parentType = parent?.split("::")[2];
  const qualified = parentType === undefined || parentType === STACK_TYPE ? type : `${parentType}$${type}`;
  return `urn:pulumi:${[pulumi.getStack(), pulumi.getProject(), qualified, name].join("::")}`;
}

/** Reads the request that the Pulumi SDK sends to the engine for a new resource. */
export function readRegistration(
  request: RegisterResourceRequest,
  position: number,
  parentsFormerUrns: readonly string[] = [],
): Registration {
  const parent = request.getParent();
  const provider = urnOfReference(request.getProvider());
  const providers = [...request.getProvidersMap().entries()].map(([, reference]) =>
    urnOfReference(reference),
  );
  const references = [...request.getDependenciesList(), parent, provider, ...providers];
  const isRoot = (urn: string | undefined) =>
    urn === undefined || urn === "" || urn.split("::")[2] === STACK_TYPE;
  const raw = request.getObject()?.toJavaScript() ?? {};
  const inputs = Object.entries(raw).map(([key, value]) => ({ key, ...readInput(value) }));
  return {
    urn: urnOf(parent, request.getType(), request.getName()),
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    remote: request.getRemote(),
    ...(isRoot(parent) ? {} : { parent }),
    ...(provider === undefined ? {} : { provider }),
    dependencies: [...new Set(references.filter((urn): urn is string => !isRoot(urn)))].sort(),
    inputs: Object.fromEntries(inputs.map(({ key, value }) => [key, value])),
    secrets: inputs.filter(({ secret }) => secret).map(({ key }) => key),
    protect: request.getProtect() ?? false,
    formerUrns: readAliases(request, parentsFormerUrns),
    position,
  };
}

/** An alias is either a whole URN, or the parts that differ from the resource's own name, type and parent. */
function readAliases(request: RegisterResourceRequest, parentsFormerUrns: readonly string[]): string[] {
  const own = { type: request.getType(), name: request.getName(), parent: request.getParent() };
  const aliases = request.getAliasesList();
  const specs = aliases.map((alias) => alias.getSpec()).filter((spec) => spec !== undefined);
  const former = specs.map((spec) => ({
    type: spec.getType() || own.type,
    name: spec.getName() || own.name,
    parent: spec.getNoparent() ? "" : spec.getParenturn() || own.parent,
  }));
  const urns = [own, ...former].flatMap(({ type, name, parent }) => {
    const parents = parent === own.parent ? [parent, ...parentsFormerUrns] : [parent];
    return parents.map((parent) => urnOf(parent, type, name));
  });
  const whole = aliases.map((alias) => alias.getUrn()).filter((urn) => urn !== "");
  return [...new Set([...whole, ...urns.slice(1)])];
}

/** A provider reference is `<URN>::<id>`. */
function urnOfReference(reference: string): string | undefined {
  return reference === "" ? undefined : reference.slice(0, reference.lastIndexOf("::"));
}

/** In Pulumi, a secret anywhere within an input makes the whole input secret. */
function readInput(raw: pulumi.Input<unknown>): { value: unknown; secret: boolean } {
  const value = pulumi.runtime.deserializeProperty(referencesToIds(raw));
  return { value: pulumi.runtime.unwrapRpcSecret(value), secret: pulumi.runtime.isRpcSecret(value) };
}

/** Replaces a resource that is given as an input by its id. */
function referencesToIds(raw: unknown): unknown {
  if (Array.isArray(raw)) return raw.map(referencesToIds);
  if (typeof raw !== "object" || raw === null) return raw;
  const object = raw as Properties;
  if (object[pulumi.runtime.specialSigKey] === pulumi.runtime.specialResourceSig)
    return object.id ?? object.urn;
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, referencesToIds(value)]));
}
