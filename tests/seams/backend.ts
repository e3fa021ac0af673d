/**
 * A backend outside of src that uses only the public interface: it runs loops element by element, and multiplies in the simplest
 * way.
 */
import * as c from "../../src/compilers/index.ts";

/** Computes and stores one element. @returns the values of all its nodes */
function runElement(call: c.LoopCall, line: number, at: number): Map<c.Node, number> {
  const values = new Map(call.loop.values.map((node) => [node as c.Node, call.value(node)]));
  for (const { slot, node } of call.loop.loads) values.set(node, call.load(slot, line, at));
  for (const node of call.loop.compute) {
    const [x, y, z] = node.operands.map((operand) => values.get(operand)!);
    const exact =
      node.form === "random"
        ? call.draw(node, line, at)
        : c.evaluators[node.operator].evaluate(x!, y!, z!);
    values.set(node, call.round(exact));
  }
  for (const { slot, value } of call.loop.stores) call.store(slot, line, at, values.get(value)!);
  return values;
}

const compile: c.Backend["compile"] = (program, type, memory) => ({
  run(pass, record, from, to) {
    const call = new c.LoopCall(program, type, memory, pass, record);
    const { reductions, exact = false } = call.loop;
    const { rows, columns } = call.reduced;
    const [first, end] = call.lines(from, to);
    for (const { slot, node } of rows) {
      for (let at = 0; at < call.width; at++) call.store(slot, 0, at, c.identities[node.operator]);
    }
    for (let line = first; line < end; line++) {
      const count = call.count(line, to);
      const all = Array.from({ length: count }, (_, at) => runElement(call, line, at));
      const given = ({ operands }: c.Node) => all.map((values) => values.get(operands[0]!)!);
      const reduce = (node: c.NodeOf<"reduction" | "line">) =>
        c.reduceLine(node.operator, type, exact, given(node));
      for (const { index, node } of reductions) call.keepPartial(index, line, reduce(node));
      for (const { slot, node } of columns) call.store(slot, line, 0, reduce(node));
      for (const { slot, node } of rows) {
        for (const [at, value] of given(node).entries()) {
          const sum = c.combiners[node.operator](call.load(slot, line, at), value, 0);
          call.store(slot, line, at, sum);
        }
      }
    }
  },
});

const matrices: c.Backend["matrices"] = (type) =>
  c.hostEngine(type, ({ data }, a, b) => {
    const round = type === "float32" ? Math.fround : Number;
    for (const at of data.keys()) {
      const [row, column] = [Math.floor(at / b.cols) * a.cols, at % b.cols];
      data[at] = 0;
      for (let k = 0; k < a.cols; k++) {
        data[at]! += round(a.data[row + k]! * b.data[k * b.cols + column]!);
      }
    }
  });

export const elementwise: c.Backend = { name: "elementwise", compile, matrices };
