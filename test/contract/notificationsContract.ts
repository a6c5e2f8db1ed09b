import type { Fixture } from "./support";
export function notificationsContract(_fixture: () => Fixture): void {}
