import type { Fixture } from "./support";
export function websiteContract(_fixture: () => Fixture): void {}
