import type { Cloud } from "@data-quest/local-aws/cloud";
import { dryCloud } from "../../src/program/dryCloud";
import type { ObjectStore } from "../../src/provider/objectStore";

/** One call of a cloud's method, or of the object store's as `putObject` and `deleteObject`. */
export type Call = [method: string, ...args: unknown[]];

/** A cloud that does nothing but remember the calls, and fails where it is told to. */
export interface RecordingCloud {
  cloud: Cloud;
  objects: ObjectStore;
  calls: Call[];
  /** Method → the error with which it fails. */
  failures: Map<string, Error>;
  /** The calls since the last look. */
  take(): Call[];
}

export function recordingCloud(changes: Partial<Cloud> = {}): RecordingCloud {
  const calls: Call[] = [];
  const failures = new Map<string, Error>();
  const cloud = { ...dryCloud("eu-west-1"), ...changes };
  const remember = async (call: Call) => {
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
          await remember([property, ...args]);
          return Reflect.apply(value, target, args);
        };
      },
    }),
    objects: {
      put: async (object) => {
        await remember(["putObject", { ...object, Body: object.Body.toString() }]);
        return { versionId: "v1" };
      },
      delete: (bucket, key) => remember(["deleteObject", bucket, key]),
    },
    calls,
    failures,
    take: () => calls.splice(0),
  };
}
