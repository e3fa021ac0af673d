/** Before all tests: properties draw the same at each run, unless `GRADUS_SEED` says otherwise. */
import fc from "fast-check";
import { seed } from "./properties.ts";

fc.configureGlobal({ seed });
