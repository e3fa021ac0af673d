// An arm of four joints with three angles each reaches a target. L-BFGS finds the pose at once; Adam follows a moving target.
import { adam, optimize } from "gradus";
import { minimize } from "gradus/minimize";
import { Object3D, Quaternion, Vector3 } from "three";

const units = [new Vector3(1, 0, 0), new Vector3(0, 1, 0), new Vector3(0, 0, 1)];

/** Four joints, each above its parent, and a hand. */
export function createArm() {
  const joints = Array.from({ length: 4 }, () => new Object3D());
  const hand = new Object3D();
  [...joints, hand].reduce((parent, child) => {
    child.position.y = 1;
    parent.add(child);
    return child;
  });
  return { joints, hand };
}
export type Arm = ReturnType<typeof createArm>;

/** Poses the arm. Returns the squared distance from hand to target, and writes its gradient with respect to the angles. */
export function reach(
  { joints, hand }: Arm,
  target: Vector3,
  angles: Float64Array,
  gradient: Float64Array,
): number {
  joints.forEach(({ rotation }, i) => {
    rotation.set(angles[3 * i]!, angles[3 * i + 1]!, angles[3 * i + 2]!);
  });
  const end = hand.getWorldPosition(new Vector3());
  const error = end.clone().sub(target);
  joints.forEach((joint, i) => {
    const lever = end.clone().sub(joint.getWorldPosition(new Vector3()));
    const frame = joint.parent?.getWorldQuaternion(new Quaternion()) ?? new Quaternion();
    units.forEach((unit, k) => {
      const axis = unit.clone().applyQuaternion(frame); // rotated by the parents, and by the angles before this one
      gradient[3 * i + k] = 2 * error.dot(axis.cross(lever));
      frame.multiply(new Quaternion().setFromAxisAngle(unit, angles[3 * i + k]!));
    });
  });
  return error.lengthSq();
}

const bent: Float64Array = new Float64Array(12).fill(0.1);

/** Finds the pose that reaches a target. */
export const solve = (arm: Arm, target: Vector3, start = bent) =>
  minimize((angles, gradient) => reach(arm, target, angles, gradient), start);

/** Returns a function to call in each frame. It moves the angles one step towards the present target. */
export function follow(arm: Arm, angles: Float64Array): (target: Vector3) => number {
  const optimizer = optimize({ angles }, adam({ lr: 0.03, beta2: 0.9, eps: 0.1 }));
  return (target) => {
    const distance = Math.sqrt(reach(arm, target, angles, optimizer.gradients.angles));
    optimizer.step();
    return distance;
  };
}
