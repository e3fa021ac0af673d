/** A process that finishes while its threads wait for work. node leftAlone.js, once bundled */
import { adam, optimize, parameters } from "../../src/index.ts";

const optimizer = optimize(parameters({ w: [100_000] }), adam(), { threads: 3 });
optimizer.gradients.w.fill(1);
const wait = setInterval(() => {
  optimizer.step();
  if (optimizer.threads < 3) return;
  clearInterval(wait);
  console.log("done");
}, 1);
