// The smallest programs that misbehave, as WebAssembly, byte for byte.

const section = (id, ...bytes) => [id, bytes.length, ...bytes];
const name = text => [text.length, ...Buffer.from(text)];
const module = (types, imports, start, code, data = []) => Buffer.from([
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00,
    ...section(1, ...types),
    ...(imports.length ? section(2, ...imports) : []),
    ...section(3, 1, 0),
    ...section(5, 1, 0, 1),
    ...section(7, 2, ...name('memory'), 2, 0, ...name('_start'), 0, start),
    ...section(10, 1, code.length, ...code),
    ...(data.length ? section(11, ...data) : []),
]);
const PLAIN = [1, 0x60, 0, 0];

/** `loop br 0 end`. */
export const forever = module(PLAIN, [], 0, [0, 0x03, 0x40, 0x0c, 0, 0x0b, 0x0b]);

/** `unreachable`. */
export const trap = module(PLAIN, [], 0, [0, 0x00, 0x0b]);

/** `loop fd_write(1, …, 61440 bytes) br 0 end`. */
export const flood = module(
    [2, 0x60, 0, 0, 0x60, 4, 0x7f, 0x7f, 0x7f, 0x7f, 1, 0x7f],
    [1, ...name('wasi_snapshot_preview1'), ...name('fd_write'), 0, 1],
    1,
    [0, 0x03, 0x40, 0x41, 1, 0x41, 0, 0x41, 1, 0x41, 8, 0x10, 0, 0x1a, 0x0c, 0, 0x0b, 0x0b],
    [1, 0, 0x41, 0, 0x0b, 8, 16, 0, 0, 0, 0, 0xf0, 0, 0],
);
