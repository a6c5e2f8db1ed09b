import { startBrowser } from "../../tools/site/chromium";
import { publishSite } from "../../tools/site/publishedSite";
import { realUpstream } from "../../tools/site/vintages";
import { shared } from "../support/shared";

/** One Chromium for all tests of the page; each opens windows of its own in it. */
export const sharedBrowser = shared(startBrowser);

/** One published site, of BLS's real files if they are there, for the tests that only read it. */
export const sharedSite = shared(() => publishSite(realUpstream()));
