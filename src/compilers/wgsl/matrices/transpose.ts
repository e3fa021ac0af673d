/** A matrix with rows for columns: a workgroup turns a tile, so that it reads and writes along rows. */
import { workgroupSize } from "../layout.ts";
import { type ArrayMatrix, type Operation, tilesOf } from "./operation.ts";

const side = Math.sqrt(workgroupSize);

/** Elements from a row of the shared tile to the next one: one more than there are, so that banks differ. */
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
