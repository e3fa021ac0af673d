/** Before all tests: properties draw the same at each run, and as often as the form of the suite says. */
import fc from "fast-check";
import { runs } from "./properties.ts";

fc.configureGlobal(runs(30));
