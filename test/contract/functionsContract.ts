import type { Fixture } from "./support";
export function functionsContract(_fixture: () => Fixture): void {}
