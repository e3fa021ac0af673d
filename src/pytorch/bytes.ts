/** Bytes that are read from the first to the last. */
import { TorchFileError } from "./errors.ts";

/** Whole numbers of more bytes are none that PyTorch writes. */
const maxIntegerBytes = 8;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Where whole numbers of fewer bytes are made 8 of. */
const whole = new DataView(new ArrayBuffer(maxIntegerBytes));

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

  byte(): number {
    return this.bytes[this.skip(1)]!;
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
      return decoder.decode(this.bytes.subarray(at, at + length));
    } catch (cause) {
      throw new TorchFileError("one of its strings is not UTF-8: the file is damaged", { cause });
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
    if (length > maxIntegerBytes) {
      throw new TorchFileError(`a whole number of ${length} bytes is not supported`);
    }
    const at = this.skip(length);
    const sign = length > 0 && this.bytes[at + length - 1]! & 0x80 ? 0xff : 0;
    for (let index = 0; index < maxIntegerBytes; index++) {
      whole.setUint8(index, index < length ? this.bytes[at + index]! : sign);
    }
    const number = whole.getInt32(4, true) * 2 ** 32 + whole.getUint32(0, true);
    return Number.isSafeInteger(number) ? number : whole.getBigInt64(0, true);
  }
}
