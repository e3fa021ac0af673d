// The shaders: the picture as a sum of 2D Gaussians, the gradient of its squared error, and one shader that draws.

/** The sizes for which shaders are made. */
export interface Layout {
  /** The picture's size in pixels. */
  readonly width: number;
  readonly height: number;
  /** The number of splats that a tile has room for. */
  readonly room: number;
}

/** The side of a tile in pixels. */
export const tile = 16;

/** A splat ends where u² + v² reaches this value. Beyond it, its weight is less than 1/400. */
export const reach = 12;

export const tilesOf = ({ width, height }: Pick<Layout, "width" | "height">) => ({
  across: Math.ceil(width / tile),
  down: Math.ceil(height / tile),
});

/** A splat's numbers, in the order of attributes.ts. Gradients have the same order. */
const values =
  "struct Values { position: vec2f, scale: vec2f, rotation: f32, red: f32, green: f32, blue: f32 }";

/** A splat's weight at a pixel is exp(-(u² + v²) / 2), where u and v are distances along its axes by its sizes. */
const splats = (layout: Layout): string => `
const size = vec2u(${layout.width}u, ${layout.height}u);
const tiles = vec2u(${tilesOf(layout).across}u, ${tilesOf(layout).down}u);
const reach = ${reach}f;

// The values of its attributes, and the range of pixels that it reaches, without the end. The range is empty outside the picture.
struct Splat { centre: vec2f, inverse: vec2f, cosine: f32, sine: f32, colour: vec3f, box: vec4u }

// u and v at a pixel.
fn distances(s: Splat, pixel: vec2u) -> vec2f {
  let d = vec2f(pixel) + 0.5 - s.centre;
  return s.inverse * vec2f(s.cosine * d.x + s.sine * d.y, s.cosine * d.y - s.sine * d.x);
}
`;

/** The bytes of such a Splat. */
export const preparedBytes = 64;

/** Prepares splats, lists those of each tile, and marks those that are visible. */
export const listing = (layout: Layout): string => `${splats(layout)}
${values}
@group(0) @binding(0) var<storage, read> values: array<Values>;
@group(0) @binding(1) var<uniform> count: u32;
@group(0) @binding(2) var<storage, read_write> splats: array<Splat>;
@group(0) @binding(3) var<storage, read_write> lengths: array<atomic<u32>>;
@group(0) @binding(4) var<storage, read_write> lists: array<u32>;
@group(0) @binding(5) var<storage, read_write> seen: array<u32>;

fn boxOf(centre: vec2f, sizes: vec2f, turn: vec2f) -> vec4u {
  let along = turn * sizes.x;
  let across = turn.yx * sizes.y;
  let half = sqrt(reach * (along * along + across * across));
  let low = clamp(centre - half, vec2f(0), vec2f(size));
  let high = clamp(centre + half + 1, vec2f(0), vec2f(size));
  return vec4u(vec2u(low), vec2u(high));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= count) { return; }
  let v = values[i];
  let turn = vec2f(cos(v.rotation), sin(v.rotation));
  let sizes = exp(v.scale);
  let box = boxOf(v.position, sizes, turn);
  splats[i] = Splat(v.position, 1 / sizes, turn.x, turn.y, vec3f(v.red, v.green, v.blue), box);
  let some = box.x < box.z && box.y < box.w;
  seen[i] = u32(some);
  if (!some) { return; }
  for (var y = box.y / ${tile}u; y <= (box.w - 1u) / ${tile}u; y++) {
    for (var x = box.x / ${tile}u; x <= (box.z - 1u) / ${tile}u; x++) {
      let t = y * tiles.x + x;
      let place = atomicAdd(&lengths[t], 1u);
      if (place < ${layout.room}u) { lists[t * ${layout.room}u + place] = i; }
    }
  }
}`;

/** Computes each tile's pixels, their errors, and the tile's share of the loss. */
export const rendering = (layout: Layout): string => `${splats(layout)}
@group(0) @binding(0) var<storage, read> splats: array<Splat>;
@group(0) @binding(1) var<storage, read> lengths: array<u32>;
@group(0) @binding(2) var<storage, read> lists: array<u32>;
@group(0) @binding(3) var<storage, read> picture: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> error: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> losses: array<f32>;
var<workgroup> squares: array<f32, ${tile * tile}>;

@compute @workgroup_size(${tile}, ${tile})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(global_invocation_id) id: vec3u,
        @builtin(local_invocation_index) lane: u32) {
  let t = group.y * tiles.x + group.x;
  let pixel = id.xy;
  var sum = vec3f(0);
  for (var k = 0u; k < min(lengths[t], ${layout.room}u); k++) {
    let s = splats[lists[t * ${layout.room}u + k]];
    let uv = distances(s, pixel);
    let r = dot(uv, uv);
    if (r < reach) { sum += exp(-0.5 * r) * s.colour; }
  }
  squares[lane] = 0;
  if (all(pixel < size)) {
    let p = pixel.y * size.x + pixel.x;
    let difference = sum - picture[p].rgb;
    error[p] = vec4f(difference, 1);
    squares[lane] = dot(difference, difference);
  }
  workgroupBarrier();
  if (lane == 0u) {
    var all = 0f;
    for (var k = 0u; k < ${tile * tile}u; k++) { all += squares[k]; }
    losses[t] = all / ${3 * layout.width * layout.height};
  }
}`;

/**
 * A workgroup a splat: it goes over the pixels that the splat reaches, and adds up what each makes of its gradient: that of the
 * loss times the number of pixels, so that it is as large in a large picture as in a small one. How strongly splats are pulled
 * about is kept as well, added up over steps: more of them are needed where that is much.
 */
export const differentiating = (layout: Layout): string => `${splats(layout)}
${values}
@group(0) @binding(0) var<storage, read> splats: array<Splat>;
@group(0) @binding(1) var<uniform> count: u32;
@group(0) @binding(2) var<storage, read> error: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> gradients: array<Values>;
@group(0) @binding(4) var<storage, read_write> pull: array<f32>;
// The gradients of position, logarithm of scale, rotation and colour.
var<workgroup> parts: array<array<f32, 8>, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) lane: u32) {
  let i = group.y * groups.x + group.x;
  if (i >= count) { return; }
  let s = splats[i];
  let b = s.box;
  let width = max(1u, b.z - b.x);
  var sum = array<f32, 8>();
  for (var k = lane; k < width * (b.w - b.y); k += 64u) {
    let pixel = vec2u(b.x + k % width, b.y + k / width);
    let uv = distances(s, pixel);
    let r = dot(uv, uv);
    if (r >= reach) { continue; }
    let weight = exp(-0.5 * r);
    // By the pixel, and by r / 2.
    let slope = ${2 / 3} * error[pixel.y * size.x + pixel.x].rgb;
    let h = -weight * dot(slope, s.colour);
    let along = h * uv * s.inverse;
    let ratio = s.inverse.x / s.inverse.y;
    sum[0] -= s.cosine * along.x - s.sine * along.y;
    sum[1] -= s.sine * along.x + s.cosine * along.y;
    sum[2] -= h * uv.x * uv.x;
    sum[3] -= h * uv.y * uv.y;
    sum[4] += h * uv.x * uv.y * (ratio - 1 / ratio);
    sum[5] += weight * slope.r;
    sum[6] += weight * slope.g;
    sum[7] += weight * slope.b;
  }
  parts[lane] = sum;
  workgroupBarrier();
  for (var stride = 32u; stride > 0u; stride /= 2u) {
    if (lane < stride) {
      for (var k = 0u; k < 8u; k++) { parts[lane][k] += parts[lane + stride][k]; }
    }
    workgroupBarrier();
  }
  if (lane > 0u) { return; }
  let all = parts[0];
  let position = vec2f(all[0], all[1]);
  gradients[i] = Values(position, vec2f(all[2], all[3]), all[4], all[5], all[6], all[7]);
  pull[i] += length(position);
}`;

/** Draws the picture that the splats make: the original plus the error. */
export const showing = ({ width, height }: Layout): string => `
@group(0) @binding(0) var<storage, read> picture: array<vec4f>;
@group(0) @binding(1) var<storage, read> error: array<vec4f>;

@vertex
fn corner(@builtin(vertex_index) i: u32) -> @builtin(position) vec4f {
  return vec4f(f32(i % 2u) * 4 - 1, f32(i / 2u) * 4 - 1, 0, 1);
}

@fragment
fn colour(@builtin(position) at: vec4f) -> @location(0) vec4f {
  let pixel = min(vec2u(at.xy), vec2u(${width - 1}u, ${height - 1}u));
  let p = pixel.y * ${width}u + pixel.x;
  return vec4f(picture[p].rgb + error[p].rgb, 1);
}`;
