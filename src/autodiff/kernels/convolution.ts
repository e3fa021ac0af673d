/**
 * Convolutions without a matrix of patches: what a filter sees is read where it is in the image, into
 * the same tiles that products of matrices use.
 *
 * Each image is first copied into a room of its own, with zeros around it or between its pixels. The
 * functions work on a range, so that threads may share a convolution; `scratch` is the address of
 * `roomBytes` and `roomSlack` bytes that nobody else uses meanwhile.
 */
import type { FunctionSource } from "../../compilers/wasm/assembler/assembler.ts";
import { ConvolutionCall } from "./convolutionCall.ts";
import { addTo, countUpTo, setRemaining } from "./loops.ts";
import { Tile, tileColumns, tileRows } from "./tile.ts";

/** Emits the tile of `count` neighbouring places and a panel of filters, from `pixel` on. */
function emitPlaces(
  call: ConvolutionCall,
  fused: boolean,
  count: number,
  at: ReturnType<typeof convolutionLocals>,
): void {
  const { f } = call;
  const tile = new Tile(f, fused, count);
  const elements = call.locals(count);
  const [line, end, weights, rows] = call.locals(4) as [number, number, number, number];
  tile.emitStart(at.start);
  f.get(at.panel).set(weights).emit("i32.const", 0).set(line);
  f.emit("i32.const", count).set(rows);
  countUpTo(f, line, at.lines, 1, () => {
    call.setAddress(elements[0]!, at.pixel, line, at.lineStep);
    elements.slice(1).forEach((element, index) => {
      f.get(elements[index]!).get(at.columnStep).emit("i32.add").set(element);
    });
    f.get(elements[0]!).get(at.runBytes).emit("i32.add").set(end);
    countUpTo(f, elements[0]!, end, 4, () => {
      tile.emitStep(weights, (row) => f.get(elements[row]!).emit("v128.load32_splat"));
      f.advance(weights, tileColumns * 4);
      for (const element of elements.slice(1)) {
        f.advance(element, 4);
      }
    });
  });
  const place = { rows, columns: at.here, corner: at.corner, stride: at.stride };
  tile.emitStore({ ...place, accumulate: at.zero, scratch: at.border });
}

/** What the loops of `convolve` share. */
function convolutionLocals(call: ConvolutionCall) {
  const names = ["corner", "here", "panel", "pixel", "runBytes", "start", "stride"] as const;
  const more = ["zero", "border", "panelBytes"] as const;
  return {
    ...call.fields("lines", "lineStep", "columnStep", "rowStep", "rows", "columns", "run"),
    ...call.fields("filters", "places", "placesImage", "panels", "starts", "roomBytes"),
    ...(Object.fromEntries([...names, ...more].map((name) => [name, call.f.local("i32")])) as {
      readonly [K in (typeof names)[number] | (typeof more)[number]]: number;
    }),
  };
}

/**
 * `convolve(start, end, record, scratch)` computes the images from `start` to below `end`: for each
 * place and filter, the sum over what the filter sees of its products with the filter's weights.
 */
export function convolve(fused: boolean, copyImageIndex: number): FunctionSource {
  const call = new ConvolutionCall("convolve");
  const { f } = call;
  const at = convolutionLocals(call);
  const [j, y, x, column] = call.locals(4) as [number, number, number, number];
  const [row, target] = call.locals(2) as [number, number];
  const four = f.local("i32");
  f.emit("i32.const", 4).set(four);
  call.setAddress(at.runBytes, at.zero, at.run, four);
  call.setAddress(at.stride, at.zero, at.filters, four);
  f.get(at.runBytes).get(at.lines).emit("i32.mul").emit("i32.const", tileColumns).emit("i32.mul");
  f.set(at.panelBytes);
  f.get(call.scratch).get(at.roomBytes).emit("i32.add").emit("i32.const", 64).emit("i32.add");
  f.set(at.border);
  countUpTo(f, call.start, call.end, 1, () => {
    f.get(call.start).emit("i32.const", 0).get(call.record).get(call.scratch);
    f.emit("call", copyImageIndex);
    f.get(at.panels).set(at.panel).get(at.starts).set(at.start).emit("i32.const", 0).set(j);
    countUpTo(f, j, at.filters, tileColumns, () => {
      setRemaining(f, at.here, at.filters, j, tileColumns);
      call.setAddress(target, at.places, call.start, at.placesImage);
      call.setAddress(target, target, j, four);
      f.get(call.scratch).set(row).emit("i32.const", 0).set(y);
      countUpTo(f, y, at.rows, 1, () => {
        f.emit("i32.const", 0).set(x);
        const emitTiles = (count: number) =>
          countUpTo(f, x, at.columns, count, () => {
            // The last tile of a row overlaps the one before it, and stores what is there already.
            f.get(x).get(at.columns).emit("i32.const", count).emit("i32.sub");
            f.get(x).get(at.columns).emit("i32.const", count).emit("i32.sub");
            f.emit("i32.lt_u").emit("select").set(column);
            call.setAddress(at.pixel, row, column, at.columnStep);
            call.setAddress(at.corner, target, column, at.stride);
            emitPlaces(call, fused, count, at);
          });
        f.get(at.columns).emit("i32.const", tileRows).emit("i32.lt_u");
        f.if(
          () => emitTiles(1),
          () => emitTiles(tileRows),
        );
        addTo(f, row, at.rowStep);
        call.setAddress(target, target, at.columns, at.stride);
      });
      addTo(f, at.panel, at.panelBytes);
      f.advance(at.start, tileColumns * 4);
    });
  });
  return f.build();
}

/**
 * `correlate(start, end, record, scratch)` adds to the gradient of the filters from `start`, a multiple
 * of `tileRows`, to below `end`: for each element that a filter sees, the sum over all places of its
 * products with the gradient there. The sum over an image is made before it is added to the others'.
 */
export function correlate(fused: boolean, copyImageIndex: number): FunctionSource {
  const call = new ConvolutionCall("correlate");
  const { f } = call;
  const at = call.fields(
    ...(["images", "lines", "lineStep", "columnStep", "rowStep", "rows", "columns"] as const),
    ...(["run", "filters", "places", "placesImage", "gradient", "roomBytes"] as const),
  );
  const [image, filter, line, j, border] = call.locals(5) as [
    ...[number, number, number, number, number],
  ];
  const [gradient, pixel, corner, stride, weightStride] = call.locals(5) as [
    ...[number, number, number, number, number],
  ];
  const [here, columnsHere, accumulate, four] = call.locals(4) as [number, number, number, number];
  const tile = new Tile(f, fused);
  f.emit("i32.const", 1).set(accumulate).emit("i32.const", 4).set(four);
  f.get(at.filters).get(four).emit("i32.mul").set(stride);
  f.get(at.lines).get(at.run).emit("i32.mul").get(four).emit("i32.mul").set(weightStride);
  f.get(call.scratch).get(at.roomBytes).emit("i32.add").emit("i32.const", 64).emit("i32.add");
  f.set(border);
  countUpTo(f, image, at.images, 1, () => {
    f.get(image).emit("i32.const", 0).get(call.record).get(call.scratch);
    f.emit("call", copyImageIndex).get(call.start).set(filter);
    countUpTo(f, filter, call.end, tileRows, () => {
      setRemaining(f, here, call.end, filter, tileRows);
      call.setAddress(corner, at.gradient, filter, weightStride);
      f.emit("i32.const", 0).set(line);
      countUpTo(f, line, at.lines, 1, () => {
        f.emit("i32.const", 0).set(j);
        countUpTo(f, j, at.run, tileColumns, () => {
          setRemaining(f, columnsHere, at.run, j, tileColumns);
          call.setAddress(gradient, at.places, image, at.placesImage);
          call.setAddress(gradient, gradient, filter, four);
          call.setAddress(pixel, call.scratch, line, at.lineStep);
          call.setAddress(pixel, pixel, j, four);
          tile.emitZero();
          emitAllPlaces(call, tile, { ...at, gradient, pixel, stride });
          const inside = { rows: here, columns: columnsHere };
          tile.emitStore({ corner, stride: weightStride, accumulate, scratch: border, ...inside });
          call.setAddress(corner, corner, columnsHere, four);
        });
      });
    });
  });
  return f.build();
}

/** Emits the outer products at all places: of the gradients of filters, and of pixels of the image. */
function emitAllPlaces(
  call: ConvolutionCall,
  tile: Tile,
  at: Readonly<
    Record<"gradient" | "pixel" | "stride" | "rows" | "columns" | "rowStep" | "columnStep", number>
  >,
): void {
  const { f } = call;
  const [y, element, end] = call.locals(3) as [number, number, number];
  f.emit("i32.const", 0).set(y);
  countUpTo(f, y, at.rows, 1, () => {
    f.get(at.pixel).set(element);
    call.setAddress(end, element, at.columns, at.columnStep);
    f.loop(() => {
      tile.emitStep(element, (row) => f.get(at.gradient).emit("v128.load32_splat", row * 4));
      addTo(f, at.gradient, at.stride);
      addTo(f, element, at.columnStep);
      f.get(element).get(end).emit("i32.lt_u").emit("br_if", 0);
    });
    addTo(f, at.pixel, at.rowStep);
  });
}
