import { expect } from "chai";
import { CloudError } from "../../src/cloud";
import { listen } from "../../src/httpServer";
import { expectError, type Fixture, LAMBDA_TRUST, newFunction } from "./support";

const EMPTY = "exports.handler = async () => {}";

/** Lambda: a function's environment, and how invocations can end. */
export function functionsContract(fixture: () => Fixture): void {
  describe("functions", () => {
    it("have their own variables and Lambda's", async () => {
      const { cloud } = fixture();
      const source =
        "exports.handler = async () => ({ env: process.env, cwd: process.cwd(), offset: new Date().getTimezoneOffset() })";
      const { name } = await newFunction(fixture(), source, {
        environment: { BUCKET: "data" },
        memoryMiB: 256,
      });
      const { env, cwd, offset } = (await cloud.invoke(name, null)) as {
        env: Record<string, string>;
        cwd: string;
        offset: number;
      };
      expect(env).to.include({
        BUCKET: "data",
        AWS_REGION: cloud.region,
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
      });
      expect(cwd).to.equal(env.LAMBDA_TASK_ROOT);
      // As they are on AWS, whatever the machine's own time zone.
      expect(offset).to.equal(0);
    });

    it("do not get the machine's variables", async () => {
      const { name } = await newFunction(fixture(), "exports.handler = async () => Object.keys(process.env)");
      expect(await fixture().cloud.invoke(name, null))
        .to.include("AWS_REGION")
        .and.not.to.include.oneOf(["HOME", "SHELL", "USER"]);
    });

    it("get Lambda's context", async () => {
      const { cloud } = fixture();
      const source =
        "exports.handler = async (event, context) => ({ event, ...context, left: context.getRemainingTimeInMillis() })";
      const { name, arn } = await newFunction(fixture(), source, { timeoutSeconds: 60 });
      const answer = (await cloud.invoke(name, { a: [1] })) as Record<string, unknown>;
      expect(answer).to.deep.include({
        event: { a: [1] },
        functionName: name,
        functionVersion: "$LATEST",
        invokedFunctionArn: arn,
        memoryLimitInMB: "128",
        logGroupName: `/aws/lambda/${name}`,
      });
      expect(answer.left).to.be.within(30_000, 60_000);
      expect(answer.awsRequestId).to.match(/^[0-9a-f-]{36}$/);
    });

    it("stay warm", async () => {
      const { cloud } = fixture();
      const source = "let calls = 0; exports.handler = async () => [process.pid, ++calls]";
      const { name } = await newFunction(fixture(), source);
      const [pid] = (await cloud.invoke(name, null)) as number[];
      expect(await cloud.invoke(name, null)).to.deep.equal([pid, 2]);
    });

    it("run in parallel if necessary", async () => {
      const { cloud } = fixture();
      // Neither invocation ends before the other has begun.
      const both = Promise.withResolvers<void>();
      let begun = 0;
      const meeting = await listen(async () => {
        if (++begun === 2) both.resolve();
        await both.promise;
        return { status: 204, headers: {} };
      });
      try {
        const source =
          "exports.handler = async () => { await fetch(process.env.MEETING); return process.pid; }";
        const environment = { MEETING: meeting.address };
        const { name } = await newFunction(fixture(), source, { environment, timeoutSeconds: 30 });
        const pids = await Promise.all([cloud.invoke(name, null), cloud.invoke(name, null)]);
        expect(new Set(pids).size).to.equal(2);
      } finally {
        await meeting.close();
      }
    });

    it("write to their own log group", async () => {
      const { cloud, name: newName } = fixture();
      const logGroup = newName("/logs");
      await cloud.createLogGroup(logGroup, 7);
      const { name } = await newFunction(fixture(), 'exports.handler = async () => console.log("here")', {
        logGroup,
      });
      expect(await cloud.invoke(name, null)).to.equal(null);
      // A late line is in the log by the end of the next invocation.
      await cloud.invoke(name, null);
      const lines = await cloud.logLines(logGroup);
      expect(lines[0]).to.match(/^START RequestId: [0-9a-f-]{36} Version: \$LATEST$/);
      expect(lines.filter((line) => line.endsWith("here"))).to.have.length.within(1, 2);
      expect(lines.at(-2)).to.match(/^END RequestId: [0-9a-f-]{36}$/);
      expect(lines.at(-1)).to.match(
        /^REPORT RequestId: [0-9a-f-]{36}\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB$/,
      );
    });

    it("write their lines as Lambda formats them", async () => {
      const { cloud, name: newName } = fixture();
      const logGroup = newName("/logs");
      await cloud.createLogGroup(logGroup, 7);
      const source =
        'exports.handler = async () => { console.log("one\\ntwo", { a: 1 }); console.error("bad"); process.stdout.write("raw\\n"); }';
      const { name } = await newFunction(fixture(), source, { logGroup });
      await cloud.invoke(name, null);
      const lines = (await cloud.logLines(logGroup)).map((line) =>
        line.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID"),
      );
      expect(lines[1]).to.match(/^\d{4}-.*Z\tID\tINFO\tone\rtwo \{ a: 1 \}$/);
      expect(lines[2]).to.match(/\tID\tERROR\tbad$/);
      expect(lines.slice(3, 5)).to.deep.equal(["raw", "END RequestId: ID"]);
    });

    it("do not log without permission", async () => {
      const { cloud } = fixture();
      const { name, role } = await newFunction(
        fixture(),
        'exports.handler = async () => console.log("unheard")',
      );
      await cloud.createLogGroup(`/aws/lambda/${name}`, null);
      await cloud.putRolePolicy(role, "logs", null);
      await cloud.invoke(name, null);
      expect(await cloud.logLines(`/aws/lambda/${name}`)).to.deep.equal([]);
    });

    for (const [what, source, words] of [
      ["throw", 'exports.handler = async () => { throw new TypeError("bad input"); }', /bad input/],
      [
        "exit",
        "exports.handler = async () => process.exit(3)",
        /Runtime.ExitError: Runtime exited with error: exit status 3/,
      ],
      [
        "exit without a reason",
        "exports.handler = async () => process.exit(0)",
        /Runtime.ExitError: Runtime exited without providing a reason/,
      ],
      [
        "have an unhandled rejection",
        'exports.handler = async () => { Promise.reject(new Error("lost")); await new Promise(() => {}); }',
        /Runtime.UnhandledPromiseRejection: Error: lost/,
      ],
      ["answer something that is not JSON", "exports.handler = async () => 1n", /BigInt/],
      ["do not load", 'require("no-such-module")', /Cannot find module 'no-such-module'/],
      [
        "have no handler",
        "exports.other = 1",
        /Runtime.HandlerNotFound: index.handler is undefined or not exported/,
      ],
      [
        "want a callback, which Node 24's runtime no longer gives",
        "exports.handler = (event, context, callback) => callback(null, 1)",
        /Runtime.CallbackHandlerDeprecated/,
      ],
    ] as const) {
      it(`are reported when they ${what}`, async () => {
        const { cloud } = fixture();
        const { name } = await newFunction(fixture(), source);
        const error = await expectError(cloud.invoke(name, null), words);
        expect(error).to.be.instanceOf(CloudError);
        expect(error.cause).to.be.instanceOf(Error);
      });
    }

    it("keep the name, message and stack of their errors", async () => {
      const { cloud } = fixture();
      const { name } = await newFunction(
        fixture(),
        'exports.handler = async function here() { throw new RangeError("too far"); }',
      );
      const { cause } = await expectError(cloud.invoke(name, null), /too far/);
      expect(cause).to.include({ name: "RangeError", message: "too far" });
      expect((cause as Error).stack).to.match(/at .*here .*index\.js:1/);
    });

    it("are stopped at their timeout, and start again", async () => {
      const { cloud } = fixture();
      const source = "exports.handler = async ({ hang }) => { if (hang) for (;;); return process.pid; }";
      const { name } = await newFunction(fixture(), source, { timeoutSeconds: 1 });
      const before = await cloud.invoke(name, {});
      await expectError(
        cloud.invoke(name, { hang: true }),
        /Sandbox.Timedout: Task timed out after 1.00 seconds/,
      );
      expect(await cloud.invoke(name, {}))
        .to.be.a("number")
        .that.does.not.equal(before);
    });

    it("log their timeout", async () => {
      const { cloud } = fixture();
      const { name } = await newFunction(fixture(), "exports.handler = () => new Promise(() => {})", {
        timeoutSeconds: 1,
      });
      await expectError(cloud.invoke(name, null), /timed out|Runtime/);
      expect((await cloud.logLines(`/aws/lambda/${name}`)).join("\n")).to.match(
        /Error: Task timed out after 1.00 seconds/,
      );
    });

    it("are stopped when they exceed their memory", async () => {
      const { cloud } = fixture();
      const source = `const kept = [];
        exports.handler = async ({ mib }) => { for (let i = 0; i < mib; i++) kept.push(Buffer.alloc(1024 * 1024, 1)); return kept.length; }`;
      const { name } = await newFunction(fixture(), source);
      expect(await cloud.invoke(name, { mib: 10 })).to.equal(10);
      await expectError(
        cloud.invoke(name, { mib: 200 }),
        /Runtime.ExitError: Runtime exited with error: signal: killed/,
      );
      expect(await cloud.invoke(name, { mib: 1 })).to.equal(1);
    });

    it("take new code and settings with the next invocation", async () => {
      const { cloud, name: newName } = fixture();
      const { arn: roleArn } = await cloud.putRole(newName("role"), LAMBDA_TRUST);
      const base = {
        name: newName("function"),
        handler: "index.handler",
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        roleArn,
        timeoutSeconds: 5,
        memoryMiB: 128,
      };
      const files = (value: number) => ({
        "index.js": Buffer.from(`exports.handler = async () => [${value}, process.env.X]`),
      });
      await cloud.putFunction({ ...base, files: files(1), environment: { X: "a" } });
      expect(await cloud.invoke(base.name, null)).to.deep.equal([1, "a"]);
      await cloud.putFunction({ ...base, files: files(2), environment: { X: "b" } });
      expect(await cloud.invoke(base.name, null)).to.deep.equal([2, "b"]);
      await cloud.deleteFunction(base.name);
      await expectError(cloud.invoke(base.name, null), /Function not found/);
    });

    it("are refused with a variable that Lambda reserves", async () => {
      await expectError(
        newFunction(fixture(), EMPTY, { environment: { AWS_REGION: "x" } }),
        /AWS_REGION|reserved/,
      );
    });

    it("are refused with less memory than Lambda's minimum", async () => {
      await expectError(newFunction(fixture(), EMPTY, { memoryMiB: 64 }), /memory/i);
    });

    it("are refused with a role that does not trust Lambda", async () => {
      const { cloud, name: newName } = fixture();
      const trust = {
        ...LAMBDA_TRUST,
        Statement: [
          { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
        ],
      };
      const { arn } = await cloud.putRole(newName("role"), trust);
      await expectError(newFunction(fixture(), EMPTY, { roleArn: arn }), /cannot be assumed by Lambda/);
    });
  });
}
