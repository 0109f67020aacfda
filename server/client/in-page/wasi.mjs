// As much of WASI preview 1 as a lab on a virtual clock asks for: its words, its variables, a clock, chance, what it says,
// and its end. A library has files and folders besides, forty times the weight, and takes stdout for a terminal.

const SUCCESS = 0, BADF = 8, NOSYS = 52;

class Exit {
    constructor(code) {
        this.code = code;
    }
}

/// Runs one program to its end, in an instance of its own; gives its exit code, and throws where it traps. `write` gets what
/// it says, piece by piece, stdout and stderr alike; what `write` throws ends the run.
export function run(module, args, variables, write) {
    const text = new TextEncoder();
    const words = args.map(word => text.encode(`${word}\0`));
    const settings = Object.entries(variables).map(([name, value]) => text.encode(`${name}=${value}\0`));
    let memory;
    const view = () => new DataView(memory.buffer);
    const bytes = (at, size) => new Uint8Array(memory.buffer, at, size);
    const sizes = list => (count, size) => {
        view().setUint32(count, list.length, true);
        view().setUint32(size, list.reduce((all, item) => all + item.length, 0), true);
        return SUCCESS;
    };
    const copy = list => (at, into) => {
        for (const item of list) {
            view().setUint32(at, into, true);
            bytes(into, item.length).set(item);
            at += 4;
            into += item.length;
        }
        return SUCCESS;
    };
    const wasi = {
        args_sizes_get: sizes(words),
        args_get: copy(words),
        environ_sizes_get: sizes(settings),
        environ_get: copy(settings),
        random_get: (at, size) => (crypto.getRandomValues(bytes(at, size)), SUCCESS),
        clock_time_get: (clock, _precision, at) => {
            const millis = clock === 0 ? Date.now() : performance.now();
            view().setBigUint64(at, BigInt(Math.round(millis * 1e6)), true);
            return SUCCESS;
        },
        fd_fdstat_get: (fd, at) => {
            if (fd > 2) return BADF;
            // Of an unknown kind, so no terminal.
            bytes(at, 24).fill(0);
            return SUCCESS;
        },
        fd_write: (fd, list, count, written) => {
            if (fd !== 1 && fd !== 2) return BADF;
            let all = 0;
            for (let i = 0; i < count; i++) {
                const [at, size] = [0, 4].map(field => view().getUint32(list + 8 * i + field, true));
                write(bytes(at, size).slice());
                all += size;
            }
            view().setUint32(written, all, true);
            return SUCCESS;
        },
        sched_yield: () => SUCCESS,
        proc_exit: code => {
            throw new Exit(code);
        },
    };
    // Files, folders, sleep: the standard library imports them, and no lab calls them.
    const all = new Proxy(wasi, { get: (known, name) => known[name] ?? (() => NOSYS) });
    const { exports } = new WebAssembly.Instance(module, { wasi_snapshot_preview1: all });
    memory = exports.memory;
    try {
        exports._start();
        return 0;
    } catch (end) {
        if (end instanceof Exit) return end.code;
        throw end;
    }
}
