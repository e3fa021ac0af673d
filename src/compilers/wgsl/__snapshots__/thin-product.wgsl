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
var<workgroup> shared_sum: array<f32, 256>;


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

  let element = first;
  let row = element / m0.cols;
  let column = element % m0.cols;
  var sum = 0f;
  for (var k = lane; k < m1.cols; k += 256u) {
    sum += load1(m1, row, k) * load2(m2, k, column);
  }
  shared_sum[lane] = sum;
  workgroupBarrier();
  if (lane < 16u) {
    var all = shared_sum[lane];
    for (var i = 1u; i < 16u; i++) {
      all = all + shared_sum[lane + i * 16u];
    }
    shared_sum[lane] = all;
  }
  workgroupBarrier();
  if (lane == 0u) {
    var all = shared_sum[0u];
    for (var i = 1u; i < 16u; i++) {
      all = all + shared_sum[0u + i * 1u];
    }
    shared_sum[0u] = all;
  }
  if (lane == 0u) { store(m0, row, column, shared_sum[0]); }
}
