// The picture as a sum of 2D Gaussians, and the gradient of its squared error: three shaders.

/** Where attributes begin in the buffer that has all of them, in floats, and the picture's size. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly count: number;
  readonly position: number;
  readonly scale: number;
  readonly rotation: number;
  readonly colour: number;
}

/** Pixels of a tile's side; splats that a tile has room for. */
export const tile = 16;
export const capacity = 512;

export const tilesOf = ({ width, height }: Pick<Layout, "width" | "height">) => ({
  across: Math.ceil(width / tile),
  down: Math.ceil(height / tile),
});

/** A splat's weight at a pixel is exp(-(u² + v²) / 2), where u and v are distances along its axes by its sizes. */
const splats = (at: Layout): string => `
const count = ${at.count}u;
const size = vec2u(${at.width}u, ${at.height}u);
const tiles = vec2u(${tilesOf(at).across}u, ${tilesOf(at).down}u);
const reach = 12f; // of u² + v²: beyond it a splat is taken for nothing

@group(0) @binding(0) var<storage, read> values: array<f32>;

struct Splat { centre: vec2f, inverse: vec2f, cosine: f32, sine: f32, colour: vec3f }

fn splat(i: u32) -> Splat {
  let centre = vec2f(values[${at.position}u + 2u * i], values[${at.position}u + 2u * i + 1u]);
  let logScale = vec2f(values[${at.scale}u + 2u * i], values[${at.scale}u + 2u * i + 1u]);
  let angle = values[${at.rotation}u + i];
  let c = ${at.colour}u + 3u * i;
  let colour = vec3f(values[c], values[c + 1u], values[c + 2u]);
  return Splat(centre, exp(-logScale), cos(angle), sin(angle), colour);
}

// u and v at a pixel.
fn distances(s: Splat, pixel: vec2u) -> vec2f {
  let d = vec2f(pixel) + 0.5 - s.centre;
  return s.inverse * vec2f(s.cosine * d.x + s.sine * d.y, s.cosine * d.y - s.sine * d.x);
}

// The pixels that it reaches: first and past the last; none where it lies outside of the picture.
fn box(s: Splat) -> vec4u {
  let along = vec2f(s.cosine, s.sine) / s.inverse.x;
  let across = vec2f(s.sine, s.cosine) / s.inverse.y;
  let half = sqrt(reach * (along * along + across * across));
  let low = clamp(s.centre - half, vec2f(0), vec2f(size));
  let high = clamp(s.centre + half + 1, vec2f(0), vec2f(size));
  return vec4u(vec2u(low), vec2u(high));
}
`;

/** Lists the splats of each tile, and marks those that are seen. */
export const listing = (at: Layout): string => `${splats(at)}
@group(0) @binding(1) var<storage, read_write> lengths: array<atomic<u32>>;
@group(0) @binding(2) var<storage, read_write> lists: array<u32>;
@group(0) @binding(3) var<storage, read_write> seen: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= count) { return; }
  let b = box(splat(i));
  let some = b.x < b.z && b.y < b.w;
  seen[i] = u32(some);
  if (!some) { return; }
  for (var y = b.y / ${tile}u; y <= (b.w - 1u) / ${tile}u; y++) {
    for (var x = b.x / ${tile}u; x <= (b.z - 1u) / ${tile}u; x++) {
      let t = y * tiles.x + x;
      let place = atomicAdd(&lengths[t], 1u);
      if (place < ${capacity}u) { lists[t * ${capacity}u + place] = i; }
    }
  }
}`;

/** Each tile's pixels: what they are, how far that is from what they should be, and the tile's share of the loss. */
export const rendering = (at: Layout): string => `${splats(at)}
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
  for (var k = 0u; k < min(lengths[t], ${capacity}u); k++) {
    let s = splat(lists[t * ${capacity}u + k]);
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
    losses[t] = all / ${3 * at.width * at.height};
  }
}`;

/** A workgroup a splat: it goes over the pixels that the splat reaches, and adds up what each makes of its gradient. */
export const differentiating = (at: Layout): string => `${splats(at)}
@group(0) @binding(1) var<storage, read> error: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> gradients: array<f32>;
// Of position, log of scale, rotation, colour.
var<workgroup> parts: array<array<f32, 8>, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = group.x;
  let s = splat(i);
  let b = box(s);
  let width = b.z - b.x;
  var sum = array<f32, 8>();
  for (var k = lane; k < width * (b.w - b.y); k += 64u) {
    let pixel = vec2u(b.x + k % width, b.y + k / width);
    let uv = distances(s, pixel);
    let r = dot(uv, uv);
    if (r >= reach) { continue; }
    let weight = exp(-0.5 * r);
    // d loss / d pixel, and d loss / d (r / 2).
    let slope = ${2 / (3 * at.width * at.height)} * error[pixel.y * size.x + pixel.x].rgb;
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
  if (lane >= 8u) { return; }
  var all = 0f;
  for (var k = 0u; k < 64u; k++) { all += parts[k][lane]; }
  var places = array<u32, 8>(
    ${at.position}u + 2u * i, ${at.position}u + 2u * i + 1u, ${at.scale}u + 2u * i, ${at.scale}u + 2u * i + 1u,
    ${at.rotation}u + i, ${at.colour}u + 3u * i, ${at.colour}u + 3u * i + 1u, ${at.colour}u + 3u * i + 2u);
  gradients[places[lane]] = all;
}`;

/** Shows what the splats come to: the picture, and the error on top. */
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
