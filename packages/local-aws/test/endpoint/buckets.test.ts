import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { bucketMethods } from "../../src/endpoint/buckets";
import type { Connection } from "../../src/endpoint/connection";

const QUEUE = "arn:aws:sqs:us-east-1:000000000000:raw-changes";
const NOTIFICATION = {
  queueArn: QUEUE,
  events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
  filterPrefix: "raw/",
};

describe("a bucket's notifications at an endpoint", () => {
  let server: Server;
  let s3: S3Client;
  let puts: number;
  /** The bucket's configuration, as S3 stores it. */
  let stored: string;

  before(async () => {
    server = createServer(async (request, response) => {
      if (request.method === "PUT") {
        puts++;
        // S3 generates missing ids, and spells the filter's names differently in its responses.
        stored = (await text(request))
          .replace("<Queue>", "<Id>made-up</Id><Queue>")
          .replace("<Name>prefix</Name>", "<Name>Prefix</Name>");
      }
      response.setHeader("Content-Type", "application/xml").end(request.method === "PUT" ? "" : stored);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    s3 = new S3Client({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      forcePathStyle: true,
    });
  });
  after(() => {
    s3.destroy();
    server.close();
  });
  beforeEach(() => {
    puts = 0;
    stored = "<NotificationConfiguration/>";
  });

  const put = (...notifications: (typeof NOTIFICATION)[]) =>
    bucketMethods({ s3, region: "us-east-1" } as Connection).putBucketNotification("data", notifications);

  it("are put only if they differ, because each put sends a test event", async () => {
    await put(NOTIFICATION);
    expect(puts, "none before").to.equal(1);
    await put({ ...NOTIFICATION, events: NOTIFICATION.events.toReversed() });
    expect(puts, "the same").to.equal(1);
    await put({ ...NOTIFICATION, filterPrefix: "other/" });
    expect(puts, "another prefix").to.equal(2);
    await put({ ...NOTIFICATION, filterPrefix: "other/", events: ["s3:ObjectCreated:*"] });
    expect(puts, "fewer events").to.equal(3);
    await put();
    expect(puts, "none").to.equal(4);
  });
});
