// The page: the picture beside its fit, which forms as you watch.
import { requestDevice } from "gradus/webgpu";
import { landscape, type Picture, pictureOf } from "./picture.ts";
import { showing } from "./shaders.ts";
import { type Fit, fitPicture } from "./splats.ts";

const element = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;
const say = (text: string) => {
  element("status").textContent = text;
};

/** What draws a fit. */
function pipelineFor(device: GPUDevice, { layout }: Fit): Promise<GPURenderPipeline> {
  const module = device.createShaderModule({ code: showing(layout) });
  const targets = [{ format: navigator.gpu.getPreferredCanvasFormat() }];
  const fragment = { module, targets };
  return device.createRenderPipelineAsync({ layout: "auto", vertex: { module }, fragment });
}

/** Draws a fit into a canvas, as part of the submission that steps it. */
function painter(device: GPUDevice, pipeline: GPURenderPipeline, { layout, picture, error }: Fit) {
  const canvas = element<HTMLCanvasElement>("fit");
  [canvas.width, canvas.height] = [layout.width, layout.height];
  const context = canvas.getContext("webgpu") as GPUCanvasContext;
  context.configure({ device, format: navigator.gpu.getPreferredCanvasFormat() });
  const entries = [picture, error].map((buffer, binding) => ({ binding, resource: { buffer } }));
  const bindGroup = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
  return (encoder: GPUCommandEncoder) => {
    const view = context.getCurrentTexture().createView();
    const attachment = { view, loadOp: "clear", storeOp: "store" } as const;
    const pass = encoder.beginRenderPass({ colorAttachments: [attachment] });
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.draw(3);
    pass.end();
  };
}

function showPicture({ width, height, pixels }: Picture): void {
  const canvas = element<HTMLCanvasElement>("picture");
  [canvas.width, canvas.height] = [width, height];
  const data = Uint8ClampedArray.from(pixels, (value, i) => (i % 4 === 3 ? 255 : 255 * value));
  canvas.getContext("2d")!.putImageData(new ImageData(data, width, height), 0, 0);
}

let current = 0;

/** Fits until another fit begins. */
async function run(device: GPUDevice, picture: Picture, count: number): Promise<void> {
  const mine = ++current;
  showPicture(picture);
  const fitting = await fitPicture(device, picture, count);
  const pipeline = await pipelineFor(device, fitting);
  // Another may have begun meanwhile, whose canvas it is.
  if (mine === current) {
    await show(device, fitting, pipeline, () => mine === current);
  }
  fitting.optimizer.dispose();
}

async function show(
  device: GPUDevice,
  fitting: Fit,
  pipeline: GPURenderPipeline,
  goesOn: () => boolean,
): Promise<void> {
  const paint = painter(device, pipeline, fitting);
  const begin = performance.now();
  for (let step = 1; goesOn(); step++) {
    const encoder = device.createCommandEncoder();
    fitting.step(encoder);
    paint(encoder);
    device.queue.submit([encoder.finish()]);
    await new Promise(requestAnimationFrame);
    if (step % 10 === 0) {
      const decibels = -10 * Math.log10(await fitting.loss());
      const rate = (1000 * step) / (performance.now() - begin);
      if (goesOn()) {
        say(`step ${step}: ${decibels.toFixed(1)} dB, ${rate.toFixed(1)} steps/s`);
      }
    }
  }
}

async function main(): Promise<void> {
  const device = await requestDevice();
  device.lost.then(({ message }) => say(`The device is lost: ${message} Reload the page.`));
  let picture = landscape(320, 240);
  const start = () => {
    const count = Number(element<HTMLInputElement>("count").value);
    run(device, picture, count).catch((error: Error) => say(error.message));
  };
  element<HTMLInputElement>("count").onchange = start;
  element<HTMLInputElement>("file").onchange = async ({ target }) => {
    const [file] = (target as HTMLInputElement).files!;
    picture = file === undefined ? picture : await pictureOf(file);
    start();
  };
  start();
}

main().catch((error: Error) => say(error.message));
