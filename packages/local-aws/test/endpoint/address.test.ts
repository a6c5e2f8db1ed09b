import { expect } from "chai";
import { environmentCredentials, loopbackEndpoint } from "../../src/endpoint/address";

describe("an endpoint's address", () => {
  for (const [text, address] of [
    ["http://127.0.0.1:4566", "http://127.0.0.1:4566"],
    ["http://localhost:4566/", "http://localhost:4566"],
    ["https://[::1]:4566", "https://[::1]:4566"],
    ["http://127.8.9.10", "http://127.8.9.10"],
    // As a number, 127.0.0.1.
    ["http://2130706433:80", "http://127.0.0.1"],
  ] as const) {
    it(`may be ${text}`, () => {
      expect(loopbackEndpoint(text)).to.equal(address);
    });
  }

  for (const text of [
    "https://s3.us-east-1.amazonaws.com",
    "http://127.0.0.1.example.com",
    "http://localhost.example.com",
    "http://127.0.0.1@example.com",
    "http://0.0.0.0:4566",
    "http://10.0.0.1",
    "http://[::2]",
  ]) {
    it(`may not be ${text}, which is not this machine`, () => {
      expect(() => loopbackEndpoint(text)).to.throw(/is not this machine.*pulumi up/);
    });
  }

  for (const text of [
    "",
    "127.0.0.1:4566",
    "ftp://127.0.0.1",
    "http://127.0.0.1/path",
    "http://127.0.0.1/?a=b",
  ]) {
    it(`may not be '${text}', which is not an address`, () => {
      expect(() => loopbackEndpoint(text)).to.throw(/is not an endpoint: give an address such as/);
    });
  }
});

describe("an endpoint's credentials", () => {
  it("are the environment's", () => {
    const environment = {
      AWS_ACCESS_KEY_ID: "id",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_SESSION_TOKEN: "token",
    };
    expect(environmentCredentials(environment)).to.deep.equal({
      accessKeyId: "id",
      secretAccessKey: "secret",
      sessionToken: "token",
    });
  });

  it("are the emulators' by default", () => {
    expect(environmentCredentials({ AWS_PROFILE: "company" })).to.deep.equal({
      accessKeyId: "test",
      secretAccessKey: "test",
    });
  });

  it("are never half of the environment's", () => {
    for (const half of [{ AWS_ACCESS_KEY_ID: "id" }, { AWS_SECRET_ACCESS_KEY: "secret" }])
      expect(() => environmentCredentials(half)).to.throw(/Set both/);
  });
});
