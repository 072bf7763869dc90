/** The proxies, in the order in which they are shown. A new one is its file and a line here. */
import { linearRegions } from "./linear-regions.js";
import { naswot } from "./naswot.js";
import type { Proxy } from "./proxy.js";
import { synflow } from "./synflow.js";
import { zen } from "./zen.js";

export const proxyScores: readonly Proxy[] = [naswot, zen, linearRegions, synflow];
