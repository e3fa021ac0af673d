/** Copies buffers with a shader, which on some GPUs is several times faster than the copy command. */

const workgroup = 256;

const shader = `
@group(0) @binding(0) var<storage, read> source: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> copy: array<vec4f>;

@compute @workgroup_size(${workgroup})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * ${workgroup}u + lane;
  if (i < arrayLength(&copy)) { copy[i] = source[i]; }
}`;

/** Two buffers of the same size, a multiple of 16 bytes. */
export interface Pair {
  readonly from: GPUBuffer;
  readonly to: GPUBuffer;
}

/** @returns a function that records the copies */
export async function copier(
  device: GPUDevice,
  pairs: readonly Pair[],
): Promise<(encoder: GPUCommandEncoder) => void> {
  const module = device.createShaderModule({ code: shader });
  const pipeline = await device.createComputePipelineAsync({
    layout: "auto",
    compute: { module },
  });
  const most = device.limits.maxComputeWorkgroupsPerDimension;
  const copies = pairs.map(({ from, to }) => {
    const entries = [from, to].map((buffer, binding) => ({ binding, resource: { buffer } }));
    const groups = Math.ceil(to.size / (16 * workgroup));
    const x = Math.min(groups, most);
    const layout = pipeline.getBindGroupLayout(0);
    const bindGroup = device.createBindGroup({ layout, entries });
    return { bindGroup, x, y: Math.ceil(groups / x) };
  });
  return (encoder) => {
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    for (const { bindGroup, x, y } of copies) {
      pass.setBindGroup(0, bindGroup);
      pass.dispatchWorkgroups(x, y);
    }
    pass.end();
  };
}
