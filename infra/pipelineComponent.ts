import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "./settings";

/** What every part of the pipeline needs to be declared. */
export interface Context {
  settings: Settings;
  provider: aws.Provider;
}

/**
 * A part of the pipeline: a node of the tree that `pulumi up` shows, with the part's resources below it.
 *
 * In stacks deployed before these parts existed, every resource is directly below the stack or below another resource.
 * The aliases in the options here let Pulumi move it and its children in the state without touching the cloud.
 */
export abstract class PipelineComponent extends pulumi.ComponentResource {
  /** Options for a resource of this part. */
  protected readonly child: pulumi.CustomResourceOptions;

  /** @param type The last part of the type token, such as `Storage`. */
  constructor(type: string, name: string, { provider }: Context) {
    super(`data-quest:pipeline:${type}`, name, {}, { provider });
    this.child = { parent: this, aliases: [{ parent: pulumi.rootStackResource }] };
  }

  /** Options for a resource that used to be a child of the given one, when that was directly below the stack. */
  protected childOnceBelow({ urn }: pulumi.Resource): pulumi.CustomResourceOptions {
    const formerParent = urn.apply((now) => {
      const [types = "", name = ""] = now.split("::").slice(2);
      return pulumi.createUrn(name, types.split("$").at(-1) ?? "");
    });
    return { parent: this, aliases: [{ parent: formerParent }] };
  }
}
