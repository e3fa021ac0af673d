/**
 * Has `GradusOptimizer` step where TensorFlow.js computes with WebGPU: `import "gradus/tfjs/webgpu"`.
 *
 * @packageDocumentation
 */
import { byBackend } from "../binding.ts";
import { WebgpuBinding } from "./binding.ts";

// A bundler leaves out the call of a function of ours, but not that of a method.
byBackend.set("webgpu", WebgpuBinding.bind);
