
@group(0) @binding(3) var<storage, read> table: array<u32>;
@group(0) @binding(4) var<storage, read> ring: array<u32>;
@group(0) @binding(5) var<storage, read_write> values: array<f32>;
@group(0) @binding(6) var<storage, read_write> status: array<atomic<u32>, 4>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= table[0]) { return; }
  let tensor = table[1] + id.x * table[2];
  let update = atomicLoad(&status[1]);
  let given = (update % table[3]) * table[4] + table[tensor + 3u];
  let own = table[tensor + 4u];
  let n6 = (values[table[tensor + 6u]] + bitcast<f32>(ring[given + 8u]));
  values[own + 2u] = n6;
  let n7 = (n6 <= bitcast<f32>(ring[given + 9u]));
  values[own + 3u] = select(0f, 1f, n7);
  let n8 = (bitcast<f32>(ring[given + 9u]) / n6);
  values[own + 4u] = n8;
  let n9 = select(n8, 1f, n7);
  values[own + 5u] = n9;
  if (atomicLoad(&status[0]) == 0u) {

  }
}
