import type { Fixture } from "./support";
export function rulesContract(_fixture: () => Fixture): void {}
