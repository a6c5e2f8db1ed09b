import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "./settings";

/** What every part of the pipeline is declared with. */
export interface Context {
  settings: Settings;
  provider: aws.Provider;
}

/**
 * A part of the pipeline: a node of the tree that `pulumi up` shows, with the part's resources below it.
 *
 * Stacks deployed before there were parts have every resource directly below the stack or below another resource. The
 * aliases in the options here make Pulumi move it in its state and leave it alone in the cloud; its children follow.
 */
export abstract class PipelineComponent extends pulumi.ComponentResource {
  /** Options for a resource of this part. */
  protected readonly child: pulumi.CustomResourceOptions;

  /** @param type The last part of the type token, such as `Storage`. */
  constructor(type: string, name: string, { provider }: Context) {
    super(`data-quest:pipeline:${type}`, name, {}, { provider });
    this.child = { parent: this, aliases: [{ parent: pulumi.rootStackResource }] };
  }

  /** The same for a resource that was below another part's resource, which was directly below the stack itself. */
  protected childOnceBelow({ urn }: pulumi.Resource): pulumi.CustomResourceOptions {
    const formerParent = urn.apply((now) => {
      const [types = "", name = ""] = now.split("::").slice(2);
      return pulumi.createUrn(name, types.split("$").at(-1) ?? "");
    });
    return { parent: this, aliases: [{ parent: formerParent }] };
  }
}
