// Draws the original picture, and the picture that the splats make.
import type { Picture } from "./picture.ts";
import { showing } from "./shaders.ts";
import type { Fit } from "./splats.ts";

/** Draws a fit into a canvas, in the same submission as its step. */
export async function painter(
  device: GPUDevice,
  { layout, buffers }: Fit,
  canvas: HTMLCanvasElement,
) {
  const format = navigator.gpu.getPreferredCanvasFormat();
  const module = device.createShaderModule({ code: showing(layout) });
  const pipeline = await device.createRenderPipelineAsync({
    layout: "auto",
    vertex: { module },
    fragment: { module, targets: [{ format }] },
  });
  const entries = [buffers.picture, buffers.error].map((buffer, binding) => ({
    binding,
    resource: { buffer },
  }));
  const bindGroup = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
  return () => {
    [canvas.width, canvas.height] = [layout.width, layout.height];
    const context = canvas.getContext("webgpu") as GPUCanvasContext;
    context.configure({ device, format });
    return (encoder: GPUCommandEncoder) => {
      const view = context.getCurrentTexture().createView();
      const attachment = { view, loadOp: "clear", storeOp: "store" } as const;
      const pass = encoder.beginRenderPass({ colorAttachments: [attachment] });
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindGroup);
      pass.draw(3);
      pass.end();
    };
  };
}

export function showPicture(canvas: HTMLCanvasElement, { width, height, pixels }: Picture): void {
  [canvas.width, canvas.height] = [width, height];
  const data = Uint8ClampedArray.from(pixels, (value, i) => (i % 4 === 3 ? 255 : 255 * value));
  canvas.getContext("2d")!.putImageData(new ImageData(data, width, height), 0, 0);
}
