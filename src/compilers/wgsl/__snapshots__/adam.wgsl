@group(0) @binding(0) var<storage, read_write> parameter: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> gradient: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> state: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> table: array<u32>;
@group(0) @binding(4) var<storage, read> ring: array<u32>;
@group(0) @binding(5) var<storage, read_write> values: array<f32>;
@group(0) @binding(6) var<storage, read_write> status: array<atomic<u32>, 4>;
@group(0) @binding(7) var<storage, read> rows: array<u32>;


@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let block = table[0] - 1u - (workgroup.y * workgroups.x + workgroup.x);
  if (block >= table[0]) { return; }
  let at = 7u + block * 3u;
  let tensor = table[at + 0u];
  let start = table[at + 1u];
  let part = table[5] + table[at + 2u];
  let update = atomicLoad(&status[1]);
  let given = (update % table[3]) * table[4] + table[tensor + 3u];
  let own = table[tensor + 4u];
  let stopped = atomicLoad(&status[0]) != 0u;
  let length = table[tensor + 0u];
  let width = table[tensor + 2u];
  if (stopped) { return; }
  let base1 = table[tensor + 7u] / 4u;
  let base0 = table[tensor + 6u] / 4u;
  let base2 = table[tensor + 8u] / 4u;
  let base3 = table[tensor + 9u] / 4u;
  let n3 = vec4<f32>(bitcast<f32>(ring[given + 0u]));
  let n4 = vec4<f32>(bitcast<f32>(ring[given + 1u]));
  let n5 = vec4<f32>(bitcast<f32>(ring[given + 2u]));
  let n6 = vec4<f32>(bitcast<f32>(ring[given + 3u]));
  let n11 = vec4<f32>(bitcast<f32>(ring[given + 4u]));
  let n15 = vec4<f32>(bitcast<f32>(ring[given + 5u]));
  let n21 = vec4<f32>(bitcast<f32>(ring[given + 6u]));
  let n25 = vec4<f32>(bitcast<f32>(ring[given + 7u]));

  for (var turn = 0u; turn < 2u; turn++) {
    let i = start + (turn * 256u + lane) * 4u;
    if (i >= length) { break; }
    let e = i;
    if (true) {
      
      
      let n0 = vec4<f32>(gradient[base1 + e / 4u]);
      let n1 = vec4<f32>(parameter[base0 + e / 4u]);
      let n7 = vec4<f32>(state[base2 + e / 4u]);
      let n8 = vec4<f32>(state[base3 + e / 4u]);
      let n9 = (n4 * n7);
      let n12 = (n11 * n0);
      let n13 = (n9 + n12);
      let n14 = (n5 * n8);
      let n16 = (n0 * n0);
      let n17 = (n15 * n16);
      let n18 = (n14 + n17);
      let n22 = (n13 * n21);
      let n26 = (n18 * n25);
      let n27 = sqrt(n26);
      let n28 = (n27 + n6);
      let n29 = (n22 / n28);
      let n30 = (n3 * n29);
      let n31 = (n1 - n30);
      
      
      if (!stopped) {
        parameter[base0 + e / 4u] = n31;
        state[base2 + e / 4u] = n13;
        state[base3 + e / 4u] = n18;
      }
    }
  }

}
