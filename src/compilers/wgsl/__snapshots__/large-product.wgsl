@group(0) @binding(0) var<storage, read_write> parameter: array<f32>;
@group(0) @binding(1) var<storage, read_write> gradient: array<f32>;
@group(0) @binding(2) var<storage, read_write> state: array<f32>;
@group(0) @binding(3) var<storage, read> table: array<u32>;
@group(0) @binding(4) var<storage, read> ring: array<u32>;
@group(0) @binding(5) var<storage, read_write> values: array<f32>;
@group(0) @binding(6) var<storage, read_write> status: array<atomic<u32>, 4>;
@group(0) @binding(7) var<storage, read_write> scratch: array<f32>;

var<workgroup> called: u32;
struct Matrix { base: u32, rows: u32, cols: u32, rowStride: u32, colStride: u32 }
fn matrixAt(word: u32) -> Matrix {
  return Matrix(table[word + 0u], table[word + 1u], table[word + 2u], table[word + 3u], table[word + 4u]);
}
fn load1(m: Matrix, row: u32, column: u32) -> f32 {
  if (row >= m.rows || column >= m.cols) { return 0f; }
  return f32(state[m.base + row * m.rowStride + column * m.colStride]);
}
fn load2(m: Matrix, row: u32, column: u32) -> f32 {
  if (row >= m.rows || column >= m.cols) { return 0f; }
  return f32(state[m.base + row * m.rowStride + column * m.colStride]);
}
fn store(m: Matrix, row: u32, column: u32, value: f32) {
  if (row < m.rows && column < m.cols) { scratch[m.base + row * m.rowStride + column * m.colStride] = value; }
}
var<workgroup> tile1: array<vec4<f32>, 264>;
var<workgroup> tile2: array<vec4<f32>, 264>;


@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let block = workgroup.y * workgroups.x + workgroup.x;
  if (block >= table[0]) { return; }
  let at = 7u + block * 3u;
  let tensor = table[at + 0u];
  let first = table[at + 1u];
  let second = table[at + 2u];
  let update = atomicLoad(&status[1]);
  let given = (update % table[3]) * table[4] + table[tensor + 3u];
  let own = table[tensor + 4u];
  let stopped = atomicLoad(&status[0]) != 0u;
  if (lane == 0u) { called = select(0u, 1u, !stopped); }
  if (workgroupUniformLoad(&called) == 0u) { return; }
  let m0 = matrixAt(tensor + 12u);
  let m1 = matrixAt(tensor + 17u);
  let m2 = matrixAt(tensor + 22u);

  let local = vec2<u32>(lane / 16u, lane % 16u);
  let row0 = first * 128u;
  let column0 = second * 128u;
  let along1 = m1.colStride == 1u;
  let depth1 = select(lane / 32u, lane % 8u, along1);
  let across1 = select(lane % 32u, lane / 8u, along1);
  let lines1 = min(vec4<u32>(row0 + across1 * 4u) + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(m1.rows - 1u));
  let at1 = m1.base + lines1 * m1.rowStride + depth1 * m1.colStride;
  let along2 = m2.rowStride == 1u;
  let depth2 = select(lane / 32u, lane % 8u, along2);
  let across2 = select(lane % 32u, lane / 8u, along2);
  let lines2 = min(vec4<u32>(column0 + across2 * 4u) + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(m2.cols - 1u));
  let at2 = m2.base + lines2 * m2.colStride + depth2 * m2.rowStride;
  var sum0_0 = vec4<f32>();
  var sum0_1 = vec4<f32>();
  var sum1_0 = vec4<f32>();
  var sum1_1 = vec4<f32>();
  var sum2_0 = vec4<f32>();
  var sum2_1 = vec4<f32>();
  var sum3_0 = vec4<f32>();
  var sum3_1 = vec4<f32>();
  var sum4_0 = vec4<f32>();
  var sum4_1 = vec4<f32>();
  var sum5_0 = vec4<f32>();
  var sum5_1 = vec4<f32>();
  var sum6_0 = vec4<f32>();
  var sum6_1 = vec4<f32>();
  var sum7_0 = vec4<f32>();
  var sum7_1 = vec4<f32>();
  for (var k = 0u; k < m1.cols; k += 8u) {
    {
      let at = at1 + k * m1.colStride;
      let elements = vec4<f32>(f32(state[at.x]), f32(state[at.y]), f32(state[at.z]), f32(state[at.w]));
      tile1[depth1 * 33u + across1] = select(vec4<f32>(), elements, k + depth1 < m1.cols);
    }
    {
      let at = at2 + k * m2.rowStride;
      let elements = vec4<f32>(f32(state[at.x]), f32(state[at.y]), f32(state[at.z]), f32(state[at.w]));
      tile2[depth2 * 33u + across2] = select(vec4<f32>(), elements, k + depth2 < m1.cols);
    }
    workgroupBarrier();
    for (var depth = 0u; depth < 8u; depth++) {
      let left0 = tile1[depth * 33u + local.x + 0u];
      let left1 = tile1[depth * 33u + local.x + 16u];
      let right0 = tile2[depth * 33u + local.y + 0u];
      let right1 = tile2[depth * 33u + local.y + 16u];
      sum0_0 += left0.x * right0;
      sum0_1 += left0.x * right1;
      sum1_0 += left0.y * right0;
      sum1_1 += left0.y * right1;
      sum2_0 += left0.z * right0;
      sum2_1 += left0.z * right1;
      sum3_0 += left0.w * right0;
      sum3_1 += left0.w * right1;
      sum4_0 += left1.x * right0;
      sum4_1 += left1.x * right1;
      sum5_0 += left1.y * right0;
      sum5_1 += left1.y * right1;
      sum6_0 += left1.z * right0;
      sum6_1 += left1.z * right1;
      sum7_0 += left1.w * right0;
      sum7_1 += left1.w * right1;
    }
    workgroupBarrier();
  }

  var sums = array<vec4<f32>, 16>(sum0_0, sum0_1, sum1_0, sum1_1, sum2_0, sum2_1, sum3_0, sum3_1, sum4_0, sum4_1, sum5_0, sum5_1, sum6_0, sum6_1, sum7_0, sum7_1);
  for (var i = 0u; i < 8u; i++) {
    for (var j = 0u; j < 8u; j++) {
      let row = row0 + (local.x + i / 4u * 16u) * 4u + i % 4u;
      let column = column0 + (local.y + j / 4u * 16u) * 4u + j % 4u;
      let sum = sums[i * 2u + j / 4u][j % 4u];
      if (row >= column) {
        let value = sum;
        store(m0, row, column, value);
        if (row > column) { store(m0, column, row, value); }
      }
    }
  }
}
