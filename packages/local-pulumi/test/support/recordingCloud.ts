import type { Cloud } from "@data-quest/local-aws/cloud";
import { noopCloud } from "../../src/program/noopCloud";
import type { ObjectStore } from "../../src/provider/objectStore";

/** One call of a cloud's method; calls of the object store appear as `putObject` and `deleteObject`. */
type Call = [method: string, ...args: unknown[]];

/** A cloud that only records its calls, and fails on request. */
export interface RecordingCloud {
  cloud: Cloud;
  objects: ObjectStore;
  calls: Call[];
  /** Method → the error that it throws. */
  failures: Map<string, Error>;
  /** Returns the calls since the last `take`. */
  take(): Call[];
}

export function recordingCloud(changes: Partial<Cloud> = {}): RecordingCloud {
  const calls: Call[] = [];
  const failures = new Map<string, Error>();
  const cloud = { ...noopCloud("eu-west-1"), ...changes };
  const recordCall = async (call: Call) => {
    calls.push(call);
    const failure = failures.get(call[0]);
    if (failure !== undefined) throw failure;
  };
  return {
    cloud: new Proxy(cloud, {
      get(target, property: keyof Cloud) {
        const value = target[property];
        if (typeof value !== "function" || property === "websiteEndpoint") return value;
        return async (...args: unknown[]) => {
          await recordCall([property, ...args]);
          return Reflect.apply(value, target, args);
        };
      },
    }),
    objects: {
      put: async (object) => {
        await recordCall(["putObject", { ...object, Body: object.Body.toString() }]);
        return { versionId: "v1" };
      },
      delete: (bucket, key) => recordCall(["deleteObject", bucket, key]),
    },
    calls,
    failures,
    take: () => calls.splice(0),
  };
}
