/** Has `GradusOptimizer` step where TensorFlow.js computes with WebGPU: `import "gradus/tfjs/webgpu"`. */
import { provideBinding } from "../binding.ts";
import { WebgpuBinding } from "./binding.ts";

provideBinding("webgpu", WebgpuBinding.bind);
