import { expect } from "chai";
import { allow, type Fixture, LAMBDA_TRUST, newBucket, newEventQueue, newFunction } from "./support";

/** The reading half of the control plane returns what was put. */
export function stateContract(fixture: () => Fixture): void {
  describe("state", () => {
    it("returns a bucket's settings, and null for removed ones", async () => {
      const { cloud } = fixture();
      const bucket = await newBucket(fixture());
      const { arn: queueArn } = await newEventQueue(fixture(), bucket);
      const block = {
        blockPublicAcls: true,
        blockPublicPolicy: false,
        ignorePublicAcls: true,
        restrictPublicBuckets: false,
      };
      const policy = allow("s3:GetObject", `arn:aws:s3:::${bucket}/*`, { Sid: "Read", Principal: "*" });
      const website = { indexDocument: "index.html", errorDocument: "404.html" };
      const lifecycle = [
        {
          id: "expire",
          status: "Enabled",
          filter: { prefix: "tmp/" },
          noncurrentVersionExpiration: { noncurrentDays: 30 },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
        },
      ];
      const notifications = [
        {
          id: "changes",
          queueArn,
          events: ["s3:ObjectCreated:*"],
          filterPrefix: "raw/",
          filterSuffix: ".csv",
        },
      ];
      await cloud.putBucketVersioning(bucket, "Enabled");
      await cloud.putBucketEncryption(bucket, "aws:kms");
      await cloud.putPublicAccessBlock(bucket, block);
      await cloud.putBucketPolicy(bucket, policy);
      await cloud.putBucketWebsite(bucket, website);
      await cloud.putBucketLifecycle(bucket, lifecycle);
      await cloud.putBucketNotification(bucket, notifications);
      expect(await cloud.getBucket(bucket)).to.deep.equal({
        versioning: "Enabled",
        encryption: "aws:kms",
        publicAccessBlock: block,
        policy,
        website,
        lifecycle,
        notifications,
      });

      await cloud.putPublicAccessBlock(bucket, null);
      await cloud.putBucketPolicy(bucket, null);
      await cloud.putBucketWebsite(bucket, null);
      await cloud.putBucketLifecycle(bucket, null);
      await cloud.putBucketNotification(bucket, []);
      expect(await cloud.getBucket(bucket)).to.deep.include({
        publicAccessBlock: null,
        policy: null,
        website: null,
        lifecycle: null,
        notifications: [],
      });
      expect(await cloud.getBucket(`${bucket}-none`)).to.equal(undefined);
    });

    it("returns a queue's attributes", async () => {
      const { cloud, name } = fixture();
      const { url, arn } = await cloud.createQueue(name("queue"), { VisibilityTimeout: "7" });
      expect(await cloud.getQueueAttributes(url)).to.include({ VisibilityTimeout: "7", QueueArn: arn });
      await cloud.deleteQueue(url);
      expect(await cloud.getQueueAttributes(url)).to.equal(undefined);
      await cloud.deleteQueue(url);
    });

    it("returns a role's trust and policies", async () => {
      const { cloud, name } = fixture();
      const role = name("role");
      const policy = allow("s3:GetObject", "arn:aws:s3:::some/ümläut+%20*");
      await cloud.putRole(role, LAMBDA_TRUST);
      await cloud.putRolePolicy(role, "work", policy);
      expect(await cloud.getRole(role)).to.deep.equal({
        assumeRolePolicy: LAMBDA_TRUST,
        policies: { work: policy },
      });
      await cloud.putRolePolicy(role, "work", null);
      expect((await cloud.getRole(role))?.policies).to.deep.equal({});
      await cloud.putRolePolicy(role, "work", policy);
      await cloud.deleteRole(role);
      expect(await cloud.getRole(role)).to.equal(undefined);
      await cloud.deleteRole(role);
    });

    it("returns a function's configuration and permissions", async () => {
      const { cloud, name: newName } = fixture();
      const logGroup = newName("/logs");
      const source = "exports.handler = async () => 1";
      const environment = { A: "1" };
      const { name, role } = await newFunction(fixture(), source, { environment, logGroup });
      const permission = {
        principal: "events.amazonaws.com",
        action: "lambda:InvokeFunction",
        sourceArn: `arn:aws:events:${cloud.region}:${cloud.accountId}:rule/daily`,
      };
      await cloud.putPermission(name, "events", permission);
      expect(await cloud.getFunction(name)).to.deep.equal({
        configuration: {
          name,
          handler: "index.handler",
          runtime: `nodejs${process.versions.node.split(".")[0]}.x`,
          architectures: ["arm64"],
          roleArn: `arn:aws:iam::${cloud.accountId}:role/${role}`,
          timeoutSeconds: 5,
          memoryMiB: 128,
          environment,
          logGroup,
        },
        permissions: { events: permission },
      });
      await cloud.putPermission(name, "events", null);
      expect((await cloud.getFunction(name))?.permissions).to.deep.equal({});
      await cloud.deleteFunction(name);
      expect(await cloud.getFunction(name)).to.equal(undefined);
      await cloud.deleteFunction(name);
    });

    it("returns a mapping's settings, which another put changes", async () => {
      const { cloud, name } = fixture();
      const { arn: queueArn } = await cloud.createQueue(name("queue"), {});
      const polling = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
      const worker = await newFunction(fixture(), "exports.handler = async () => {}", {
        policy: allow(polling, queueArn),
      });
      const mapping = {
        queueArn,
        functionName: worker.name,
        batchSize: 5,
        maximumBatchingWindowSeconds: 1,
        reportBatchItemFailures: true,
        maximumConcurrency: 2,
      };
      const { uuid } = await cloud.putEventSourceMapping(mapping);
      expect(await cloud.getEventSourceMapping(uuid)).to.deep.equal(mapping);
      const other = { ...mapping, batchSize: 6, reportBatchItemFailures: false };
      expect(await cloud.putEventSourceMapping(other)).to.deep.equal({ uuid });
      expect(await cloud.getEventSourceMapping(uuid)).to.deep.equal(other);
      await cloud.deleteEventSourceMapping(uuid);
      expect(await cloud.getEventSourceMapping(uuid)).to.equal(undefined);
    });

    it("returns a rule and its targets", async () => {
      const { cloud, name } = fixture();
      const worker = await newFunction(fixture(), "exports.handler = async () => {}");
      const rule = { name: name("rule"), scheduleExpression: "cron(0 14 * * ? *)", enabled: false };
      const target = { id: "worker", arn: worker.arn, input: '{"survey":"pr"}' };
      await cloud.putRule(rule);
      await cloud.putTarget(rule.name, target);
      expect(await cloud.getRule(rule.name)).to.deep.equal({ ...rule, targets: [target] });
      await cloud.deleteRule(rule.name);
      expect(await cloud.getRule(rule.name)).to.equal(undefined);
      await cloud.deleteRule(rule.name);
    });

    it("returns a log group's retention", async () => {
      const { cloud, name } = fixture();
      const group = name("/logs/group");
      await cloud.createLogGroup(group, 30);
      expect(await cloud.getLogGroup(group)).to.deep.equal({ retentionInDays: 30 });
      await cloud.createLogGroup(group, null);
      expect(await cloud.getLogGroup(group)).to.deep.equal({ retentionInDays: null });
      await cloud.deleteLogGroup(group);
      expect(await cloud.getLogGroup(group)).to.equal(undefined);
      await cloud.deleteLogGroup(group);
    });

    it("lists everything", async () => {
      const { cloud, name } = fixture();
      const bucket = await newBucket(fixture());
      const [queue, rule, group] = [name("queue"), name("rule"), name("/logs/listed")];
      await cloud.createQueue(queue, {});
      await cloud.putRule({ name: rule, scheduleExpression: "rate(1 day)", enabled: false });
      await cloud.createLogGroup(group, null);
      const worker = await newFunction(fixture(), "exports.handler = async () => {}");
      const { buckets, queues, roles, functions, rules, logGroups } = await cloud.inventory();
      expect(buckets).to.include(bucket);
      expect(queues).to.include(queue);
      expect(roles).to.include(worker.role);
      expect(functions).to.include(worker.name);
      expect(rules).to.include(rule);
      expect(logGroups).to.include(group);
      for (const names of [buckets, queues, roles, functions, rules, logGroups])
        expect(names).to.deep.equal([...names].sort());
      await cloud.deleteRule(rule);
    });
  });
}
