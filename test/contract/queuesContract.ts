import type { Fixture } from "./support";
export function queuesContract(_fixture: () => Fixture): void {}
