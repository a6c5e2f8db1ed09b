import type { Plan } from "@data-quest/local-pulumi/program/plan";
import { expect } from "chai";
import { byType, declare, one } from "../support/declaredProgram";

describe("operations", function () {
  this.timeout(60_000);
  let dev: Plan;
  let prod: Plan;
  before(async () => {
    dev = await declare("dev");
    prod = await declare("prod");
  });

  it("notify the topic of the first error of any function, and of the first dead letter", () => {
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
