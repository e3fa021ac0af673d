/** Fast products of matrices for what stands around an optimizer: the engine of its backend. */
import type { Compiler, ElementType } from "../compilers/compiler.ts";
import { javascriptEngine } from "../compilers/js/engine.ts";
import { webassemblyEngine } from "../compilers/wasm/multiply.ts";
import type { MatrixEngine } from "../rule/matrices/matrix.ts";

const engines: Readonly<Record<Compiler["name"], (type: ElementType) => MatrixEngine>> = {
  javascript: javascriptEngine,
  webassembly: webassemblyEngine,
};

/** Makes engines of a backend, by default WebAssembly's, one for each type. */
export function enginesOf(
  backend: Pick<Compiler, "name"> = { name: "webassembly" },
): (type: ElementType) => MatrixEngine {
  const made = new Map<ElementType, MatrixEngine>();
  return (type) => {
    const engine = made.get(type) ?? engines[backend.name](type);
    made.set(type, engine);
    return engine;
  };
}
