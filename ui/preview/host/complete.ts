// Compile-time check: the made-up shell has every function of the real one.

import * as boot from "./boot";
import * as commands from "./commands";
import * as events from "./events";

boot satisfies typeof import("../../src/host/boot");
commands satisfies typeof import("../../src/host/commands");
events satisfies typeof import("../../src/host/events");
