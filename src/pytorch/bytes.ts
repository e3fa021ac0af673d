/** Bytes that are read from the first to the last. */
import { TorchFileError } from "./errors.ts";

/** Whole numbers of more bytes are none that PyTorch writes. */
const mostIntegerBytes = 8;

export class Reader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  skip(count: number): number {
    const from = this.at;
    if (!(count <= this.bytes.length - from)) {
      throw new TorchFileError("its data end too early: the file is damaged");
    }
    this.at += count;
    return from;
  }

  count(size: 1 | 2 | 4 | 8): number {
    const at = this.skip(size);
    const { view } = this;
    switch (size) {
      case 1:
        return view.getUint8(at);
      case 2:
        return view.getUint16(at, true);
      case 4:
        return view.getUint32(at, true);
      case 8:
        return view.getUint32(at, true) + 2 ** 32 * view.getUint32(at + 4, true);
    }
  }

  text(length: number): string {
    const at = this.skip(length);
    try {
      const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
      return decoder.decode(this.bytes.subarray(at, at + length));
    } catch (cause) {
      throw new TorchFileError("a text of its is not UTF-8: the file is damaged", { cause });
    }
  }

  /** Up to a line's end. */
  line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    const text = this.text((end < 0 ? this.bytes.length : end) - this.at);
    this.skip(1);
    return text;
  }

  /** A whole number in two's complement. */
  integer(length: number): number | bigint {
    if (length > mostIntegerBytes) {
      throw new TorchFileError(`a whole number of ${length} bytes is not read here`);
    }
    const at = this.skip(length);
    let value = 0n;
    for (let index = length - 1; index >= 0; index--) {
      value = (value << 8n) | BigInt(this.bytes[at + index]!);
    }
    value = BigInt.asIntN(Math.max(1, 8 * length), value);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
}
