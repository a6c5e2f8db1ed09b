import type { Cloud } from "@data-quest/local-aws/cloud";
import { startCloud } from "@data-quest/local-aws/startCloud";
import { type Deployment, deploy } from "@data-quest/local-pulumi/program/deploy";
import type { StoredResource } from "@data-quest/local-pulumi/program/stateStore";
import { createProvider, type ResourceProvider } from "@data-quest/local-pulumi/provider/provider";
import { expect } from "chai";
import { PROJECT_DIRECTORY } from "../../../tools/directories";

const POLICY = { Version: "2012-10-17", Statement: [{ Effect: "Deny", Action: "s3:*", Resource: "*" }] };
const ON_BUCKET = { ...POLICY, Statement: POLICY.Statement.map((one) => ({ ...one, Principal: "*" })) };

describe("refreshing what the program declared", function () {
  this.timeout(60_000);
  let cloud: Cloud;
  let provider: ResourceProvider;
  let deployment: Deployment;

  before(async () => {
    cloud = await startCloud();
    provider = createProvider(cloud, { stack: "dev" });
    const config = { contact: "tests@example.org" };
    deployment = await deploy({ directory: PROJECT_DIRECTORY, stack: "dev", config, provider });
  });
  after(async () => {
    await cloud?.close();
  });

  function find(type: string, name: string): StoredResource {
    const found = deployment.resources.find((one) => one.type.endsWith(`:${type}`) && one.name === name);
    if (found === undefined) throw new Error(`There is no ${type} '${name}'.`);
    return found;
  }

  it("finds every resource unchanged", async () => {
    const managed = deployment.resources.filter((resource) => resource.managed);
    expect(managed).to.have.length.greaterThan(40);
    for (const { urn, type, name, id, inputs, outputs } of managed) {
      expect(await provider.refresh(type, name, { id, inputs, outputs }), urn).to.deep.equal({
        id,
        inputs,
        outputs,
      });
    }
  });

  /** Changes outside Pulumi, each with the input that shows it. */
  const changes: [
    type: string,
    name: string,
    input: string,
    change: (of: StoredResource) => Promise<unknown>,
  ][] = [
    [
      "BucketVersioning",
      "data",
      "versioningConfiguration",
      ({ id }) => cloud.putBucketVersioning(id, "Suspended"),
    ],
    [
      "BucketServerSideEncryptionConfiguration",
      "data",
      "rules",
      ({ id }) => cloud.putBucketEncryption(id, "aws:kms"),
    ],
    [
      "BucketLifecycleConfiguration",
      "data",
      "rules",
      ({ id }) => cloud.putBucketLifecycle(id, [{ id: "other" }]),
    ],
    [
      "BucketWebsiteConfiguration",
      "site",
      "errorDocument",
      ({ id }) => cloud.putBucketWebsite(id, { indexDocument: "index.html" }),
    ],
    ["BucketPolicy", "site", "policy", ({ id }) => cloud.putBucketPolicy(id, ON_BUCKET)],
    [
      "BucketPublicAccessBlock",
      "state",
      "blockPublicPolicy",
      ({ id, inputs }) => cloud.putPublicAccessBlock(id, { ...block(inputs), blockPublicPolicy: false }),
    ],
    [
      "Queue",
      "raw-changes",
      "visibilityTimeoutSeconds",
      ({ id }) => setAttributes(id, { VisibilityTimeout: "1000" }),
    ],
    ["Queue", "dead-letters", "delaySeconds", ({ id }) => setAttributes(id, { DelaySeconds: "9" })],
    [
      "QueuePolicy",
      "raw-changes",
      "policy",
      ({ id }) => setAttributes(id, { Policy: JSON.stringify(ON_BUCKET) }),
    ],
    [
      "RolePolicy",
      "analyze",
      "policy",
      ({ inputs }) => cloud.putRolePolicy(String(inputs.role), String(inputs.name), POLICY),
    ],
    ["LogGroup", "analyze", "retentionInDays", ({ id }) => cloud.createLogGroup(id, null)],
    [
      "EventRule",
      "population-daily",
      "state",
      ({ id, inputs }) =>
        cloud.putRule({ name: id, scheduleExpression: String(inputs.scheduleExpression), enabled: false }),
    ],
    [
      "EventTarget",
      "bls-pr-daily",
      "input",
      ({ inputs }) =>
        cloud.putTarget(String(inputs.rule), { id: String(inputs.targetId), arn: String(inputs.arn) }),
    ],
    ["Function", "syncDataset", "memorySize", ({ id }) => replaceFunction(id)],
  ];
  for (const [type, name, input, change] of changes) {
    it(`shows a changed ${input} of ${type} '${name}', and nothing else`, async () => {
      const resource = find(type, name);
      await change(resource);
      const current = await provider.refresh(resource.type, name, resource);
      const { changes: changed } = provider.diff(resource.type, resource.inputs, current?.inputs ?? {});
      expect(changed).to.equal(true);
      const { [input]: before, ...otherInputs } = resource.inputs;
      const { [input]: after, ...otherInputsNow } = current?.inputs ?? {};
      expect(after).to.not.deep.equal(before);
      expect(otherInputsNow).to.deep.equal(otherInputs);
    });
  }

  it("finds nothing if the resource is gone", async () => {
    const removals: [type: string, name: string, remove: (of: StoredResource) => Promise<unknown>][] = [
      ["EventSourceMapping", "raw-changes", ({ id }) => cloud.deleteEventSourceMapping(id)],
      ["BucketNotification", "raw-changes", ({ id }) => cloud.putBucketNotification(id, [])],
      [
        "Permission",
        "bls-pr-daily",
        ({ id, inputs }) => cloud.putPermission(String(inputs.function), id, null),
      ],
      ["EventRule", "bls-pr-daily", ({ id }) => cloud.deleteRule(id)],
      ["Function", "analyze", ({ id }) => cloud.deleteFunction(id)],
      ["Role", "analyze", ({ id }) => cloud.deleteRole(id)],
      ["LogGroup", "analyze", ({ id }) => cloud.deleteLogGroup(id)],
      ["Queue", "raw-changes", ({ id }) => cloud.deleteQueue(id)],
      ["Bucket", "state", ({ id }) => cloud.deleteBucket(id, { force: true })],
      ["BucketVersioning", "state", async () => {}],
    ];
    for (const [type, name, remove] of removals) {
      const resource = find(type, name);
      await remove(resource);
      expect(await provider.refresh(resource.type, name, resource), `${type} ${name}`).to.equal(undefined);
    }
  });

  const setAttributes = (url: string, attributes: Record<string, string>) =>
    cloud.setQueueAttributes(url, attributes);

  async function replaceFunction(name: string): Promise<void> {
    const { configuration } = (await cloud.getFunction(name)) ?? {};
    if (configuration === undefined) throw new Error(`There is no function ${name}.`);
    await cloud.putFunction({ ...configuration, memoryMiB: 3000, files: { "__index.js": Buffer.from("") } });
  }

  function block(inputs: StoredResource["inputs"]) {
    const is = (key: string) => inputs[key] === true;
    return {
      blockPublicAcls: is("blockPublicAcls"),
      blockPublicPolicy: is("blockPublicPolicy"),
      ignorePublicAcls: is("ignorePublicAcls"),
      restrictPublicBuckets: is("restrictPublicBuckets"),
    };
  }
});
