import { expect } from "chai";
import { objectUrl } from "../../site/publishedObjects";

describe("the address of an object", () => {
  it("escapes any key, and never leaves the page's bucket", () => {
    expect(objectUrl("raw/bls/pr/pr.new file+é")).to.equal("./raw/bls/pr/pr.new%20file%2B%C3%A9");
    expect(objectUrl("javascript:alert(1)")).to.equal("./javascript%3Aalert(1)");
    expect(new URL(objectUrl("//elsewhere.example/x"), "http://here.example/").host).to.equal("here.example");
  });
});
