/** The transpose of a matrix. A workgroup transposes a tile in shared memory, so that it reads and writes along rows. */
import { workgroupSize } from "../layout.ts";
import { type ArrayMatrix, type Operation, tilesOf } from "./operation.ts";

const side = Math.sqrt(workgroupSize);

/** The distance of rows in the shared tile: one element more than a row has, so that they are in different banks. */
const stride = side + 1;

/** out = x^T */
export const transpose = (out: ArrayMatrix, x: ArrayMatrix): Operation => ({
  matrices: [out, x],
  numbers: [],
  blocks: tilesOf(out, side),
  functions: `var<workgroup> tile: array<f32, ${side * stride}>;`,
  body: `
  let local = vec2<u32>(lane / ${side}u, lane % ${side}u);
  tile[local.y * ${stride}u + local.x] = load1(m1, second * ${side}u + local.x, first * ${side}u + local.y);
  workgroupBarrier();
  store(m0, first * ${side}u + local.x, second * ${side}u + local.y, tile[local.x * ${stride}u + local.y]);`,
});
