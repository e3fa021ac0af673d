/** The page: the arm follows the pointer with Adam. On a click, L-BFGS finds the pose at once. */
import {
  AmbientLight,
  CapsuleGeometry,
  Color,
  DirectionalLight,
  Mesh,
  MeshStandardMaterial,
  PerspectiveCamera,
  Plane,
  Raycaster,
  Scene,
  SphereGeometry,
  Vector2,
  Vector3,
  WebGLRenderer,
} from "three";
import { createArm, follow, solve } from "./arm.ts";

const status = document.querySelector<HTMLElement>("#status")!;
const renderer = new WebGLRenderer({ antialias: true, alpha: true });
document.querySelector("#view")!.append(renderer.domElement);

const arm = createArm();
const bone = new MeshStandardMaterial({ color: new Color("#4c78dd") });
for (const joint of arm.joints) {
  const segment = new Mesh(new CapsuleGeometry(0.13, 0.8), bone);
  segment.position.y = 0.5;
  joint.add(segment);
}
const ball = new Mesh(new SphereGeometry(0.16), new MeshStandardMaterial({ color: "#e4572e" }));
const light = new DirectionalLight("white", 2.5);
light.position.set(2, 5, 6);
const scene = new Scene().add(arm.joints[0]!, ball, new AmbientLight("white", 1.2), light);
const camera = new PerspectiveCamera(45, 1, 0.1, 50);
camera.position.set(0, 2.2, 7.5);
camera.lookAt(0, 1.6, 0);

/** Moves the ball to the pointer, or as near as the arm can reach. */
function place(event: PointerEvent): void {
  const { left, top, width, height } = renderer.domElement.getBoundingClientRect();
  const pointer = new Vector2(
    ((event.clientX - left) / width) * 2 - 1,
    1 - ((event.clientY - top) / height) * 2,
  );
  const ray = new Raycaster();
  ray.setFromCamera(pointer, camera);
  const hit = ray.ray.intersectPlane(new Plane(new Vector3(0, 0, 1), -1), new Vector3());
  if (hit !== null) ball.position.copy(hit.clampLength(0, 3.9));
}

ball.position.set(1.5, 2, 1);
let { x: pose } = solve(arm, ball.position);
let step = follow(arm, pose);
let how = "L-BFGS";
renderer.domElement.addEventListener("pointermove", (event) => {
  place(event);
  how = "Adam";
});
renderer.domElement.addEventListener("pointerdown", (event) => {
  place(event);
  ({ x: pose } = solve(arm, ball.position, pose));
  step = follow(arm, pose);
  how = "L-BFGS";
});

renderer.setAnimationLoop(() => {
  const { clientWidth, clientHeight } = renderer.domElement.parentElement!;
  renderer.setSize(clientWidth, clientHeight);
  camera.aspect = clientWidth / clientHeight;
  camera.updateProjectionMatrix();
  status.textContent = `${how}: the hand is ${step(ball.position).toFixed(3)} from the target`;
  renderer.render(scene, camera);
});
