import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import type { Cloud, PolicyDocument } from "../cloud";
import { type Connection, unlessMissing } from "./connection";

const NO_ROLE = "NoSuchEntityException";

/** IAM's roles with their inline policies. */
export function roleMethods({
  iam,
}: Connection): Pick<Cloud, "putRole" | "deleteRole" | "putRolePolicy" | "getRole"> {
  return {
    async putRole(RoleName, trust) {
      const PolicyDocument = JSON.stringify(trust);
      const there = await unlessMissing(iam.send(new GetRoleCommand({ RoleName })), NO_ROLE);
      if (there?.Role?.Arn !== undefined) {
        await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
        return { arn: there.Role.Arn };
      }
      const { Role } = await iam.send(
        new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: PolicyDocument }),
      );
      return { arn: Role?.Arn ?? "" };
    },
    async deleteRole(RoleName) {
      for (const PolicyName of (await policyNames(iam, RoleName)) ?? [])
        await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
      await unlessMissing(iam.send(new DeleteRoleCommand({ RoleName })), NO_ROLE);
    },
    async putRolePolicy(RoleName, PolicyName, policy) {
      if (policy === null) {
        await unlessMissing(iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })), NO_ROLE);
        return;
      }
      const PolicyDocument = JSON.stringify(policy);
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
    },
    async getRole(RoleName) {
      const role = await unlessMissing(iam.send(new GetRoleCommand({ RoleName })), NO_ROLE);
      if (role?.Role?.AssumeRolePolicyDocument === undefined) return undefined;
      const policies: Record<string, PolicyDocument> = {};
      for (const PolicyName of (await policyNames(iam, RoleName)) ?? []) {
        const { PolicyDocument = "" } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
        policies[PolicyName] = parsePolicy(PolicyDocument);
      }
      return { assumeRolePolicy: parsePolicy(role.Role.AssumeRolePolicyDocument), policies };
    },
  };
}

async function policyNames(iam: IAMClient, RoleName: string): Promise<string[] | undefined> {
  const listed = await unlessMissing(iam.send(new ListRolePoliciesCommand({ RoleName })), NO_ROLE);
  return listed?.PolicyNames;
}

/** IAM returns policies URL-encoded. */
function parsePolicy(text: string): PolicyDocument {
  return JSON.parse(decodeURIComponent(text)) as PolicyDocument;
}
