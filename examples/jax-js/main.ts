import { train } from "./mlp.ts";

console.log(`${(100 * (await train())).toFixed(1)} % of the points are classified correctly`);
