// In Node: npx tsx examples/inverse-kinematics/main.ts
import { Vector3 } from "three";
import { createArm, follow, solve } from "./arm.ts";

const arm = createArm();

const { x: pose, value, evaluations } = solve(arm, new Vector3(2, 1.5, 0));
console.log(
  `L-BFGS: ${Math.sqrt(value).toExponential(1)} from the target, by ${evaluations} evaluations`,
);

const step = follow(arm, pose);
let farthest = 0;
for (let frame = 0; frame < 600; frame++) {
  const angle = frame / 60;
  const target = new Vector3(
    2 * Math.cos(angle),
    1.5 + Math.sin(2 * angle) / 2,
    2 * Math.sin(angle),
  );
  farthest = Math.max(farthest, step(target));
}
console.log(`Adam: never more than ${farthest.toFixed(3)} from a target that moves 0.04 a frame`);
