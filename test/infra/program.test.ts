import { type Plan, type PlannedResource, plan } from "@data-quest/local-pulumi/program/plan";
import { expect } from "chai";
import { PROJECT } from "../../tools/directories";

/** The program as `npm run plan` sees it: the real `index.ts`, run on Pulumi's mocks. */
function declare(stack: string, config: Record<string, string> = {}): Promise<Plan> {
  return plan({ directory: PROJECT, stack, config: { contact: "someone@example.com", ...config } });
}

function byType(resources: readonly PlannedResource[], type: string): PlannedResource[] {
  return resources.filter((resource) => resource.type === type);
}

function one(resources: readonly PlannedResource[], type: string, name: string): PlannedResource {
  const found = byType(resources, type).filter((resource) => resource.name === name);
  expect(found, `${type} ${name}`).to.have.length(1);
  return found[0] as PlannedResource;
}

interface Statement {
  Action: string | string[];
  Resource: string | string[];
  Principal?: unknown;
  Condition?: unknown;
}

function statements(policy: unknown): Statement[] {
  return (JSON.parse(String(policy)) as { Statement: Statement[] }).Statement;
}

describe("the program", function () {
  this.timeout(60_000);
  let dev: Plan;
  let prod: Plan;
  before(async () => {
    dev = await declare("dev");
    prod = await declare("prod");
  });

  describe("every resource of AWS", () => {
    it("uses the provider with the stack's default tags", () => {
      const provider = one(prod.resources, "pulumi:providers:aws", "aws");
      expect(provider.inputs.defaultTags).to.equal(
        JSON.stringify({ tags: { project: "data-quest", stack: "prod", "managed-by": "pulumi" } }),
      );
      const others = prod.resources.filter(
        ({ type, dependencies }) => /^awsx?:/.test(type) && !dependencies.includes(provider.urn),
      );
      expect(others.map(({ urn }) => urn)).to.deep.equal([]);
    });

    it("has the same inputs and archives when the program runs again", async () => {
      expect(await declare("dev")).to.deep.equal(dev);
    });
  });

  describe("a bucket", () => {
    it("is versioned, encrypted and owned by the account", () => {
      for (const name of ["data", "state"]) {
        const versioning = one(dev.resources, "aws:s3/bucketVersioning:BucketVersioning", name);
        expect(versioning.inputs.versioningConfiguration).to.deep.equal({ status: "Enabled" });
        const type = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
        const [rule] = one(dev.resources, type, name).inputs.rules as object[];
        expect(rule).to.deep.equal({ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } });
        const ownership = one(dev.resources, "aws:s3/bucketOwnershipControls:BucketOwnershipControls", name);
        expect(ownership.inputs.rule).to.deep.equal({ objectOwnership: "BucketOwnerEnforced" });
      }
      expect(byType(dev.resources, "aws:s3/bucket:Bucket")).to.have.length(2);
    });

    const PUBLIC_ACCESS_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";

    function blocked(plan: Plan, name: string): unknown {
      const { bucket: _, ...flags } = one(plan.resources, PUBLIC_ACCESS_BLOCK, name).inputs;
      return flags;
    }

    const ALL = {
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: true,
      restrictPublicBuckets: true,
    };

    it("is closed to the public if it holds state; only its policy may open the data bucket", () => {
      expect(blocked(dev, "state")).to.deep.equal(ALL);
      expect(blocked(dev, "data")).to.deep.equal({
        ...ALL,
        blockPublicPolicy: false,
        restrictPublicBuckets: false,
      });
    });

    it("lets everyone read what is published, and nothing else", () => {
      const policies = byType(dev.resources, "aws:s3/bucketPolicy:BucketPolicy");
      expect(policies).to.have.length(1);
      const [{ Action, Resource } = { Action: "", Resource: [] }, ...more] = statements(
        policies[0]?.inputs.policy,
      );
      expect(more).to.deep.equal([]);
      expect(Action).to.equal("s3:GetObject");
      const keys = [Resource].flat().map((arn) => arn.replace(/^arn:aws:s3:::[^/]+\//, ""));
      const files = ["404.html", "icon.svg", "index.html", "page.css", "page.js", "site.json"];
      expect(keys).to.have.members(["raw/*", "reports/*", ...files]);
    });

    it("is closed without publishing, and has no website", async () => {
      const closed = await declare("dev", { publish: "false" });
      expect(blocked(closed, "data")).to.deep.equal(ALL);
      const types = new Set(closed.resources.map(({ type }) => type));
      expect(types).not.to.include("aws:s3/bucketPolicy:BucketPolicy");
      expect(types).not.to.include("aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration");
      expect(closed.outputs.websiteUrl).to.equal("not published");
    });

    it("is protected in prod, and nothing else is: what belongs to it may be changed and removed", () => {
      const guarded = prod.resources
        .filter((resource) => resource.protect)
        .map(({ type, name }) => [type, name]);
      expect(guarded).to.have.deep.members([
        ["aws:s3/bucket:Bucket", "data"],
        ["aws:s3/bucket:Bucket", "state"],
      ]);
    });

    it("gets its public policy after the block is lifted, and rules for versions after it is versioned", () => {
      const policy = one(dev.resources, "aws:s3/bucketPolicy:BucketPolicy", "site");
      expect(policy.dependencies).to.include(one(dev.resources, PUBLIC_ACCESS_BLOCK, "data").urn);
      for (const name of ["data", "state"]) {
        const type = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
        const versioning = one(dev.resources, "aws:s3/bucketVersioning:BucketVersioning", name);
        expect(one(dev.resources, type, name).dependencies).to.include(versioning.urn);
      }
    });

    it("is protected in prod, and deleted with the stack in dev", () => {
      const data = (plan: Plan) => one(plan.resources, "aws:s3/bucket:Bucket", "data");
      expect([data(dev).protect, data(dev).inputs.forceDestroy]).to.deep.equal([false, true]);
      expect([data(prod).protect, data(prod).inputs.forceDestroy]).to.deep.equal([true, false]);
    });
  });

  describe("a function", () => {
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

    /** `arn:aws:s3:::data-d4481ef/raw/*` → `data/raw/*`. */
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

    it("writes to its own log group, whose lines are kept as long as the settings say", () => {
      for (const { name, inputs } of byType(prod.resources, FUNCTION)) {
        const group = one(prod.resources, "aws:cloudwatch/logGroup:LogGroup", name);
        expect(group.inputs.retentionInDays).to.equal(365);
        expect((inputs.loggingConfig as { logGroup: string }).logGroup).to.match(new RegExp(`^${name}-`));
      }
    });
  });

  describe("the schedule", () => {
    it("runs each survey and the population daily, and each rule may invoke its own function only", async () => {
      const { resources } = await declare("dev", { surveys: '["pr","la"]' });
      const rules = byType(resources, "aws:cloudwatch/eventRule:EventRule");
      expect(rules.map(({ name }) => name).sort()).to.deep.equal([
        "bls-la-daily",
        "bls-pr-daily",
        "population-daily",
      ]);
      for (const { name, inputs } of rules) {
        expect(inputs.scheduleExpression).to.equal("cron(0 14 * * ? *)");
        const target = one(resources, "aws:cloudwatch/eventTarget:EventTarget", name);
        const permission = one(resources, "aws:lambda/permission:Permission", name);
        const survey = /^bls-(..)-daily$/.exec(name)?.[1];
        expect(JSON.parse(String(target.inputs.input))).to.deep.equal(survey ? { survey } : {});
        expect(permission.inputs.sourceArn).to.match(new RegExp(`:rule/${name}-`));
        expect(permission.inputs.principal).to.equal("events.amazonaws.com");
        expect(String(target.inputs.arn)).to.match(new RegExp(`:${permission.inputs.function}$`));
      }
    });
  });

  describe("the queue", () => {
    it("gets the objects created and removed under raw/, from the bucket's only notification, after its policy", () => {
      const notification = one(dev.resources, "aws:s3/bucketNotification:BucketNotification", "raw-changes");
      expect(byType(dev.resources, notification.type)).to.have.length(1);
      const [{ id: _, queueArn, ...filter } = {}] = notification.inputs.queues as Record<string, unknown>[];
      expect(filter).to.deep.equal({
        events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
        filterPrefix: "raw/",
      });
      const policy = one(dev.resources, "aws:sqs/queuePolicy:QueuePolicy", "raw-changes");
      expect(notification.dependencies).to.include(policy.urn);
      const [statement] = statements(policy.inputs.policy);
      expect(statement).to.deep.include({
        Action: "sqs:SendMessage",
        Principal: { Service: "s3.amazonaws.com" },
      });
      expect(statement?.Resource).to.equal(queueArn);
      expect(statement?.Condition).to.deep.equal({
        ArnEquals: { "aws:SourceArn": `arn:aws:s3:::${notification.inputs.bucket}` },
        StringEquals: { "aws:SourceAccount": "123456789012" },
      });
    });

    it("hides a message for six times the function's timeout, and gives up after three tries", async () => {
      const { resources } = await declare("dev", { analysisTimeoutSeconds: "70" });
      const queue = one(resources, "aws:sqs/queue:Queue", "raw-changes");
      expect(queue.inputs.visibilityTimeoutSeconds).to.equal(420);
      expect(one(resources, "aws:lambda/function:Function", "analyze").inputs.timeout).to.equal(70);
      const redrive = JSON.parse(String(queue.inputs.redrivePolicy)) as Record<string, unknown>;
      expect(redrive.maxReceiveCount).to.equal(3);
      expect(redrive.deadLetterTargetArn).to.match(/:dead-letters-/);
    });

    it("feeds the analysis in batches whose messages can fail one by one", () => {
      const mapping = one(dev.resources, "aws:lambda/eventSourceMapping:EventSourceMapping", "raw-changes");
      expect(mapping.inputs.functionResponseTypes).to.deep.equal(["ReportBatchItemFailures"]);
      expect(mapping.inputs.eventSourceArn).to.match(/:raw-changes-/);
      expect(mapping.inputs.functionName).to.match(/:function:analyze-/);
    });
  });

  describe("operations", () => {
    it("watch every function's errors and the dead letters, and notify the topic of the first one", () => {
      const alarms = byType(dev.resources, "aws:cloudwatch/metricAlarm:MetricAlarm");
      const watched = alarms.map(({ inputs }) => {
        const [[dimension, of] = []] = Object.entries(inputs.dimensions as Record<string, string>);
        expect(inputs).to.deep.include({ threshold: 0, comparisonOperator: "GreaterThanThreshold" });
        expect(inputs.treatMissingData).to.equal("notBreaching");
        expect(String(inputs.alarmActions)).to.match(/:alarms-[0-9a-f]{7}$/);
        return [inputs.namespace, inputs.metricName, dimension, of?.replace(/-[0-9a-f]{7}$/, "")];
      });
      expect(watched).to.have.deep.members([
        ["AWS/Lambda", "Errors", "FunctionName", "syncDataset"],
        ["AWS/Lambda", "Errors", "FunctionName", "fetchPopulation"],
        ["AWS/Lambda", "Errors", "FunctionName", "analyze"],
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "dead-letters"],
      ]);
    });

    it("mail alarms if the settings have an address", async () => {
      const { resources } = await declare("dev", { alarmEmail: "on-call@example.com" });
      const subscription = one(resources, "aws:sns/topicSubscription:TopicSubscription", "alarms");
      expect(subscription.inputs).to.deep.include({ protocol: "email", endpoint: "on-call@example.com" });
      expect(byType(dev.resources, "aws:sns/topicSubscription:TopicSubscription")).to.deep.equal([]);
    });

    it("keep a trail of writes to the data bucket if the settings ask for an audit", () => {
      expect(byType(dev.resources, "awsx:cloudtrail:Trail")).to.deep.equal([]);
      const { inputs } = one(prod.resources, "awsx:cloudtrail:Trail", "audit");
      const [selector] = inputs.advancedEventSelectors as { fieldSelectors: object[] }[];
      const [{ inputs: data } = { inputs: {} }] = byType(
        prod.resources,
        "aws:s3/bucketVersioning:BucketVersioning",
      );
      expect(selector?.fieldSelectors).to.have.deep.members([
        { field: "eventCategory", equals: ["Data"] },
        { field: "resources.type", equals: ["AWS::S3::Object"] },
        { field: "readOnly", equals: ["false"] },
        { field: "resources.ARN", startsWiths: [`arn:aws:s3:::${(data as { bucket?: string }).bucket}/`] },
      ]);
    });
  });

  it("outputs where everything is", () => {
    const outputs = Object.fromEntries(
      Object.entries(dev.outputs).map(([key, value]) => [key, String(value)]),
    );
    expect(outputs.dataBucket).to.match(/^data-/);
    expect(outputs.stateBucket).to.match(/^state-/);
    expect(outputs.queueUrl).to.match(/^https:.*\/raw-changes-/);
    expect(outputs.deadLetterQueueUrl).to.match(/^https:.*\/dead-letters-/);
    expect(outputs.websiteUrl).to.match(/^http:.*data-/);
    expect(outputs.reportUri).to.equal(`s3://${outputs.dataBucket}/reports/latest.json`);
    expect(outputs.syncDatasetFunction).to.match(/^syncDataset-/);
    expect(outputs.fetchPopulationFunction).to.match(/^fetchPopulation-/);
  });

  it("declares nothing with wrong settings, and names them all", async () => {
    const failed = await declare("dev", { contact: "nobody", period: "M13" }).then(
      () => undefined,
      (error: Error) => error,
    );
    expect(failed?.message).to.match(/data-quest:contact .*\n.*data-quest:period /);
  });
});
