/** The process of a library that takes part in `run.ts`. */
import { cases } from "./cases/index.ts";
import { serve } from "./harness/hosted.ts";
import { peers } from "./peers/index.ts";

serve(cases, peers);
