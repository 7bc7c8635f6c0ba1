// Tests run from the sources; Node 20 gives a worker thread none of the loaders of who starts it.
/* oxlint-disable import/no-unassigned-import, typescript/no-unsafe-call -- the second is read by the first */
require("tsx/cjs");
require("./worker.ts");
