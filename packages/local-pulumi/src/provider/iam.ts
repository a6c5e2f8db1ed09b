import * as z from "zod";
import { ignored, policyDocument, policyInput, tags } from "./inputs";
import { type ResourceType, resourceType } from "./resourceType";

/** Roles and their inline policies. Managed policies are not supported. */
export const iamTypes: Record<string, ResourceType> = {
  "aws:iam/role:Role": resourceType({
    inputs: z.strictObject({
      name: z.string(),
      assumeRolePolicy: policyDocument,
      inlinePolicies: z.array(z.strictObject({ name: z.string(), policy: policyDocument })).optional(),
      description: ignored("only for readers"),
      forceDetachPolicies: ignored("deleting a role deletes its policies"),
      maxSessionDuration: ignored("a session here lasts as long as the run"),
      tags,
    }),
    physicalName: { property: "name" },
    replaceOn: ["name"],
    async put({ name, assumeRolePolicy, inlinePolicies = [] }, { cloud }, previous) {
      const { arn } = await cloud.putRole(name, assumeRolePolicy);
      for (const inline of inlinePolicies) await cloud.putRolePolicy(name, inline.name, inline.policy);
      const current = new Set(inlinePolicies.map((inline) => inline.name));
      const dropped = (previous?.inputs.inlinePolicies ?? []).filter((inline) => !current.has(inline.name));
      for (const inline of dropped) await cloud.putRolePolicy(name, inline.name, null);
      return { id: name, outputs: { arn } };
    },
    delete: ({ id }, { cloud }) => cloud.deleteRole(id),
    async read({ id }, { cloud }) {
      const role = await cloud.getRole(id);
      return role && { assumeRolePolicy: policyInput(role.assumeRolePolicy) };
    },
  }),

  "aws:iam/rolePolicy:RolePolicy": resourceType({
    inputs: z.strictObject({ name: z.string(), role: z.string(), policy: policyDocument }),
    physicalName: { property: "name" },
    replaceOn: ["name", "role"],
    async put({ name, role, policy }, { cloud }) {
      await cloud.putRolePolicy(role, name, policy);
      return { id: `${role}:${name}` };
    },
    delete: ({ inputs }, { cloud }) => cloud.putRolePolicy(inputs.role, inputs.name, null),
    async read({ inputs }, { cloud }) {
      const policy = (await cloud.getRole(inputs.role))?.policies[inputs.name];
      return policy && { policy: policyInput(policy) };
    },
  }),
};
