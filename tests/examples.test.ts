/** Examples that import more than the package itself. tests/package.test.ts compiles and runs all of them. */
import { readdirSync, readFileSync } from "node:fs";
import { Vector3 } from "three";
import { expect, it } from "vitest";
import { createArm, follow, reach, solve } from "../examples/inverse-kinematics/arm.ts";
import { checkGradient } from "../src/minimize/index.ts";

const target = new Vector3(1.5, 2, 1);

it("poses the arm with the gradient of its distance", () => {
  const angles = Float64Array.from({ length: 12 }, (_, i) => Math.sin(i + 1));
  const arm = createArm();
  const check = checkGradient(
    (x: Float64Array, gradient: Float64Array) => reach(arm, target, x, gradient),
    angles,
  );
  expect(check).toMatchObject({ ok: true, checked: 12, uncertain: 0 });
});

it("reaches at once what is near enough, and points at what is not", () => {
  expect(Math.sqrt(solve(createArm(), target).value)).toBeLessThan(1e-6);
  // Five away, and the arm is four long.
  expect(Math.sqrt(solve(createArm(), new Vector3(3, 4, 0)).value)).toBeCloseTo(1, 6);
});

it("comes to rest at a target that stands still", () => {
  const arm = createArm();
  const step = follow(arm, solve(arm, target).x);
  const far = new Vector3(-2, 2, 1);
  for (let frame = 0; frame < 400; frame++) step(far);
  expect(step(far)).toBeLessThan(1e-4);
});

it("are listed in docs/examples.md, all of them", () => {
  const root = new URL("../", import.meta.url);
  const page = readFileSync(new URL("docs/examples.md", root), "utf8");
  const examples = readdirSync(new URL("examples/", root));
  expect(examples.length).toBeGreaterThan(3);
  expect(examples.filter((name) => !page.includes(`examples/${name}`))).toEqual([]);
});
