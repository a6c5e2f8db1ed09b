import { expect } from "chai";
import { needPulumi } from "./cli";
import { type Engine, type EngineStack, type StateResource, startEngine } from "./engine";
import recorded from "./treeBeforeComponents.json";

/** `<types>::<name>` of each resource of prod, and of its parent, from `pulumi stack export` before there were components. */
const FORMER: Readonly<Record<string, string | null>> = recorded;
const COMPONENT = /^data-quest:pipeline:/;

describe("a stack created before the program had components", function () {
  this.timeout(120_000);
  let engine: Engine;
  let prod: EngineStack;

  before(async function () {
    engine = await startEngine(await needPulumi(this));
    prod = await engine.openStack("prod", { contact: "tests@example.org", alarmEmail: "alarms@example.org" });
  });
  after(async () => {
    await engine?.close();
  });

  it("gets the components, and nothing is replaced, deleted or changed", async () => {
    const { create: count = 0 } = (await prod.up()).changes;
    const state = await prod.state();
    const inventory = await engine.cloud.inventory();
    await prod.changeState(toFormerTree);
    const urns = [...(await prod.state()).keys()].map(shortUrn);
    expect(urns).to.include.members(Object.keys(FORMER));
    expect(urns.filter((urn) => COMPONENT.test(urn))).to.deep.equal([]);

    const steps = ["Analysis", "Ingest", "Notifications", "Operations", "Site", "Storage"].map(
      (part) => `create data-quest:pipeline:${part} ${part.toLowerCase()}`,
    );
    const changes = { create: steps.length, same: count - steps.length };
    const preview = await prod.preview();
    console.log(`        preview ${preview.summary}`);
    expect(preview).to.deep.include({ steps, changes });
    expect(await prod.up()).to.deep.include({ steps, changes });

    expect(identities(await prod.state())).to.deep.equal(identities(state));
    expect(await engine.cloud.inventory()).to.deep.equal(inventory);
    expect((await prod.up()).changes).to.deep.equal({ same: count });
  });
});

/** Today's state, rewritten as the program without components left it: other URNs and parents, no components. */
function toFormerTree(resources: StateResource[]): StateResource[] {
  const former = new Map(Object.keys(FORMER).map((urn) => [lastTypeAndName(urn), urn]));
  const renamed = new Map<unknown, string | undefined>();
  for (const { urn } of resources) {
    const types = former.get(lastTypeAndName(shortUrn(urn)));
    if (types !== undefined) renamed.set(urn, withTypes(urn, types));
  }
  const rename = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(rename);
    if (typeof value !== "object" || value === null) return renamed.get(value) ?? value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rename(inner)]));
  };
  const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.urn ?? "";
  return resources
    .filter(({ type }) => !COMPONENT.test(type))
    .map((resource) => {
      const moved = rename(resource) as StateResource;
      const parent = FORMER[shortUrn(moved.urn)];
      if (parent) return { ...moved, parent: withTypes(moved.urn, parent) };
      return COMPONENT.test(shortUrn(moved.parent ?? "")) ? { ...moved, parent: stack } : moved;
    });
}

/** The URN of each resource with its id in the cloud, which changes if the resource is replaced. */
function identities(state: Map<string, StateResource>) {
  return [...state.values()].map(({ urn, id }) => `${urn} ${id}`).sort();
}

/** `urn:pulumi:<stack>::<project>::<types>::<name>` → `<types>::<name>`. */
function shortUrn(urn: string): string {
  return urn.split("::").slice(2).join("::");
}

function withTypes(urn: string, typesAndName: string): string {
  return [...urn.split("::").slice(0, 2), typesAndName].join("::");
}

/** `<parent's type>$<type>::<name>` → `<type>::<name>`. */
function lastTypeAndName(urn: string): string {
  return urn.slice(urn.lastIndexOf("$") + 1);
}
