/** Describes the machine of a run in words. */
import { cpus } from "node:os";

/** The processors, such as "2 × AMD EPYC". */
export function processorText(): string {
  const all = cpus();
  const model = all[0]?.model.replace(/\s+/g, " ").trim() ?? "unknown processor";
  return `${all.length} × ${model}`;
}

/** The machine, such as "Node 20.20, linux x64, 2 × AMD EPYC". */
export function machineText(): string {
  const version = process.versions.node.split(".").slice(0, 2).join(".");
  return `Node ${version}, ${process.platform} ${process.arch}, ${processorText()}`;
}
