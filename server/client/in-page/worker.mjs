// Runs labs in a thread of their own, one after the other: a page ends this thread to end a run.
import { run } from './wasi.mjs';

/// So many bytes go to the page at once.
const PIECE = 1 << 15;

class Full extends Error {}

onmessage = ({ data }) => data.sweep ? sweep(data) : once(data);

function once({ module, args, variables, output }) {
    let pieces = [], held = 0, left = output;
    const send = end => {
        postMessage({ bytes: joined(pieces, held), end });
        [pieces, held] = [[], 0];
    };
    const write = bytes => {
        const taken = bytes.subarray(0, left);
        pieces.push(taken);
        held += taken.length;
        left -= taken.length;
        if (held >= PIECE) send();
        if (taken.length < bytes.length) throw new Full();
    };
    // The end comes with the last bytes: between two messages the page may draw a frame.
    send(ending(() => run(module, args, variables, write)));
}

function joined(pieces, size) {
    const all = new Uint8Array(size);
    let at = 0;
    for (const piece of pieces) {
        all.set(piece, at);
        at += piece.length;
    }
    return all;
}

/// Many runs, of which only the exit codes are wanted; some are told at a time.
function sweep({ module, sweep, output }) {
    let points = [], last = performance.now();
    const send = () => {
        postMessage({ points });
        [points, last] = [[], performance.now()];
    };
    for (const args of sweep) {
        let left = output;
        const write = bytes => {
            left -= bytes.length;
            if (left < 0) throw new Full();
        };
        points.push(ending(() => run(module, args, {}, write)));
        if (performance.now() - last > 50) send();
    }
    send();
    postMessage({ swept: true });
}

function ending(run) {
    try {
        return { how: 'exited', code: run() };
    } catch (why) {
        return why instanceof Full ? { how: 'output limit' } : { how: 'trap', why: String(why?.message ?? why) };
    }
}
