@group(0) @binding(8) var<storage, read> gradient0: array<vec4<f32>>;
@group(0) @binding(9) var<storage, read> gradient1: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> table: array<u32>;
@group(0) @binding(6) var<storage, read_write> status: array<atomic<u32>, 4>;


fn isOutOfRange1(x: f32) -> bool { return (bitcast<u32>(x) & 0x7f800000u) == 0x7f800000u; }
fn isOutOfRange4(x: vec4<f32>) -> bool {
  return any((bitcast<vec4<u32>>(x) & vec4<u32>(0x7f800000u)) == vec4<u32>(0x7f800000u));
}


@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let block = workgroup.y * workgroups.x + workgroup.x;
  if (block >= table[0]) { return; }
{
  let at = 7u + (block * 2u + 0u) * 3u;
  let tensor = table[at + 0u];
  let start = table[at + 1u];
  let part = table[5] + table[at + 2u];
  let length = table[tensor + 0u];
  let width = table[tensor + 2u];
  let base1 = table[tensor + 7u] / 4u;
  let n32 = vec4<f32>(0f);

  for (var turn = 0u; turn < 2u; turn++) {
    let i = start + (turn * 256u + lane) * 4u;
    if (i >= length) { break; }
    let e = i;
    if (true) {
      
      
      let n0 = vec4<f32>(gradient0[base1 + e / 4u]);
      let n16 = (n0 * n0);
      let n33 = (n16 * n32);
      
      if (isOutOfRange4(n16)) { atomicStore(&status[0], 1u); }
      
    }
  }

}
{
  let at = 7u + (block * 2u + 1u) * 3u;
  let tensor = table[at + 0u];
  let start = table[at + 1u];
  let part = table[5] + table[at + 2u];
  let length = table[tensor + 0u];
  let width = table[tensor + 2u];
  let base1 = table[tensor + 7u] / 4u;
  let n32 = vec4<f32>(0f);

  for (var turn = 0u; turn < 2u; turn++) {
    let i = start + (turn * 256u + lane) * 4u;
    if (i >= length) { break; }
    let e = i;
    if (true) {
      
      
      let n0 = vec4<f32>(gradient1[base1 + e / 4u]);
      let n16 = (n0 * n0);
      let n33 = (n16 * n32);
      
      if (isOutOfRange4(n16)) { atomicStore(&status[0], 1u); }
      
    }
  }

}
}
