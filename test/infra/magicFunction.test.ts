import type { Plan } from "@data-quest/local-pulumi/program/plan";
import { expect } from "chai";
import { byType, declare, one, statements } from "../support/declaredProgram";

describe("a function", function () {
  this.timeout(60_000);
  let dev: Plan;
  let prod: Plan;
  before(async () => {
    dev = await declare("dev");
    prod = await declare("prod");
  });

  const FUNCTION = "aws:lambda/function:Function";

  it("runs on arm64 and Node 24, from an archive of two files under 1.5 MB", () => {
    const functions = byType(dev.resources, FUNCTION);
    expect(functions.map(({ name }) => name).sort()).to.deep.equal([
      "analyze",
      "fetchPopulation",
      "syncDataset",
    ]);
    for (const { name, inputs } of functions) {
      expect(inputs.architectures).to.deep.equal(["arm64"]);
      expect(inputs.runtime).to.equal("nodejs24.x");
      const { archive } = inputs.code as { archive: Record<string, { bytes: number }> };
      expect(Object.keys(archive).sort()).to.deep.equal(["__index.js", `dist/${name}.js`]);
      const bytes = Object.values(archive).reduce((sum, file) => sum + file.bytes, 0);
      expect(bytes, name).to.be.within(100_000, 1_500_000);
    }
  });

  it("has its own role, without wildcard actions or wildcard resources", () => {
    const roles = byType(dev.resources, FUNCTION).map(({ inputs }) => inputs.role);
    expect(new Set(roles).size).to.equal(3);
    const policies = byType(dev.resources, "aws:iam/rolePolicy:RolePolicy");
    expect(policies).to.have.length(3);
    for (const { Action, Resource } of policies.flatMap(({ inputs }) => statements(inputs.policy))) {
      expect([Action].flat().filter((action) => !/^[a-z0-9]+:[A-Za-z]+$/.test(action))).to.deep.equal([]);
      expect([Resource].flat().filter((arn) => !/^arn:aws:[a-z0-9]+:[^*]+/.test(arn))).to.deep.equal([]);
    }
  });

  const GRANTS: Record<string, [actions: string[], resources: string[]][]> = {
    syncDataset: [
      [["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"], ["data/raw/bls/*"]],
      [["s3:PutObject"], ["data/reports/status/bls-*"]],
      [["s3:GetObject", "s3:PutObject"], ["state/bls-*"]],
      [["s3:ListBucket"], ["data", "state"]],
    ],
    fetchPopulation: [
      [["s3:GetObject", "s3:PutObject"], ["data/raw/population/nation.json"]],
      [["s3:PutObject"], ["data/reports/status/population.json"]],
      [["s3:ListBucket"], ["data"]],
    ],
    analyze: [
      [["s3:GetObject"], ["data/raw/bls/pr/*", "data/raw/population/nation.json"]],
      [
        ["s3:GetObject", "s3:PutObject"],
        ["data/reports/latest.json", "data/reports/latest/*", "data/reports/history/*"],
      ],
      [["s3:PutObject"], ["data/reports/status/analysis.json"]],
      [["s3:GetObject", "s3:PutObject"], ["state/analysis/*"]],
      [["s3:PutObject"], ["state/quarantine/*"]],
      [["s3:ListBucket"], ["data", "state"]],
      [["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], ["raw-changes"]],
    ],
  };

  /** Shortens an ARN: `arn:aws:s3:::data-d4481ef/raw/*` → `data/raw/*`. */
  const inShort = (arn: string) => arn.replace(/^.*:/, "").replace(/-[0-9a-f]{7}(?=$|\/)/, "");

  for (const [name, grants] of Object.entries(GRANTS)) {
    it(`${name} may do what it needs, and nothing else`, () => {
      const { inputs, dependencies } = one(dev.resources, FUNCTION, name);
      const policy = one(dev.resources, "aws:iam/rolePolicy:RolePolicy", name);
      const [logs, ...others] = statements(policy.inputs.policy);
      expect(logs?.Action).to.deep.equal(["logs:CreateLogStream", "logs:PutLogEvents"]);
      expect([logs?.Resource].flat().join()).to.match(new RegExp(`:log-group:${name}-[0-9a-f]{7}:\\*$`));
      expect(others.map(({ Action, Resource }) => [Action, [Resource].flat().map(inShort)])).to.deep.equal(
        grants,
      );
      expect(inputs.role).to.match(new RegExp(`:role/${policy.inputs.role}$`));
      expect(dependencies).to.include(policy.urn);
    });
  }

  it("writes to its own log group, which keeps lines as long as the settings say", () => {
    for (const { name, inputs } of byType(prod.resources, FUNCTION)) {
      const group = one(prod.resources, "aws:cloudwatch/logGroup:LogGroup", name);
      expect(group.inputs.retentionInDays).to.equal(365);
      expect((inputs.loggingConfig as { logGroup: string }).logGroup).to.match(new RegExp(`^${name}-`));
    }
  });
});
