import { expect } from "chai";
import { formatDayEvents } from "../../../commands/session/formatDayEvents";
import type { DayEvents } from "../../../commands/session/session";

const TEST_EVENT = { Records: [{ body: '{"Service":"Amazon S3","Event":"s3:TestEvent"}' }] };
const CHANGE = { Records: [{ body: '{"Records":[]}' }] };

type Invocation = DayEvents["invocations"][0];

function invocation(trigger: Invocation["trigger"], outcome: Partial<Invocation>): Invocation {
  return { functionName: "function", requestId: "1", durationMs: 1, trigger, ...outcome };
}

const notification = { bucket: "data", key: "raw/a", event: "ObjectCreated:Put", queueArn: "arn" };

describe("formatDayEvents", () => {
  it("summarizes each fetch's result", () => {
    const sync = { added: ["a", "b"], updated: ["c"], removed: [], unchanged: 9 };
    const results = [sync, { written: true, rows: 1 }, { written: false, rows: 11 }, { other: 1 }, undefined];
    const invocations = results.map((result) => invocation("rule", { result }));
    expect(formatDayEvents({ invocations, notifications: [] })).to.deep.equal([
      "function: 2 added, 1 updated, 0 removed, 9 unchanged",
      "function: 1 year, written",
      "function: 11 years, unchanged",
      'function: {"other":1}',
      "function: done",
      "0 notifications of created and removed objects, 0 analyses",
    ]);
  });

  it("counts the attempts of a fetch that keeps failing in the same way", () => {
    const error = { name: "Error", message: "It failed." };
    const invocations = [1, 2, 3].map(() => invocation("rule", { error }));
    expect(formatDayEvents({ invocations, notifications: [] })[0]).to.equal("function: It failed. (3 times)");
  });

  it("counts neither S3's test event nor a failed invocation as an analysis", () => {
    const error = { name: "Error", message: "It failed." };
    const invocations = [
      invocation("queue", { payload: TEST_EVENT }),
      invocation("queue", { payload: CHANGE }),
      invocation("queue", { payload: CHANGE, error }),
    ];
    expect(formatDayEvents({ invocations, notifications: [notification] })).to.deep.equal([
      "1 notification of created and removed objects, 1 analysis",
    ]);
  });

  it("counts invocations if the cloud does not report notifications", () => {
    const invocations = [invocation("queue", { payload: CHANGE }), invocation("queue", { payload: CHANGE })];
    expect(formatDayEvents({ invocations })).to.deep.equal(["the queue invoked the analysis 2 times"]);
  });
});
