/**
 * Lets `GradusOptimizer` run on TensorFlow.js' WebGPU backend: `import "gradus/tfjs/webgpu"`.
 *
 * @packageDocumentation
 */
import { byBackend } from "../binding.ts";
import { WebgpuBinding } from "./binding.ts";

// Bundlers may remove a call of our own function, but not that of a method.
byBackend.set("webgpu", WebgpuBinding.bind);
