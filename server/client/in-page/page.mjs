// A lab's program in the page: loaded at the first run of it, run in a worker, and ended with it.

/// What a run may take, in milliseconds and in bytes.
const LIMITS = { time: 10_000, output: 4 << 20 };
/// As the server asks for it: events ride along, and the text is coloured.
const VARIABLES = { STILL_RUNNING_EVENTS: '1', CLICOLOR_FORCE: '1' };
const WORKER = './worker.mjs';
const SWEEP = './sweep.mjs';

/// Why a program has no verdict, by how it ended: all that a run, a comparison and a sweep say of it.
const SENTENCES = {
    'time limit': `The program was ended: it ran longer than ${LIMITS.time / 1000} s.`,
    'output limit': `The program was ended: it printed more than ${LIMITS.output >> 20} MiB.`,
    load: 'The program of this lab could not be loaded.',
    compile: 'This browser does not take the program: it arrived incomplete, or may not run here.',
    worker: 'This browser starts no worker here, and a program runs in one only.',
    trap: 'The program broke off in the middle: a panic, or a wait for something that can never come.',
};

/// Programs by address, compiled or on their way: one that is compiled begins in the moment it is asked for, before the page
/// draws a frame. One that could not be loaded is asked for again.
const modules = new Map();
/// Workers that have nothing to do.
const idle = [];

class Trouble extends Error {
    constructor(how, why) {
        super(why);
        this.how = how;
    }
}

/// Runs the program at `url` with these words. `told` is called later: with `[what it says]`, in order, and once, at its end, with its
/// exit code; -1 where it was stopped, -2 where it did not run to its end; why that, in a sentence or two; and in a word (`exited`,
/// `stopped`, `time limit`, `output limit`, `trap`; `load`, `compile`, `worker` where it never began).
export function run(url, args, told) {
    const job = new Job(told);
    job.start(url, { args, variables: VARIABLES, output: LIMITS.output }, data => {
        if (data.bytes) told([data.bytes]);
        if (data.end) job.over(data.end.how, data.end.code, data.end.why);
    });
    return job;
}

/// Gets the program, and a worker to run it: for a reader who is about to press Run. What goes wrong here goes wrong at the
/// press again, and is said then.
export function prepare(url) {
    Promise.resolve(load(url)).catch(() => {});
    spare();
}

/// A worker that waits for a run. One that cannot be had is not missed before that.
function spare() {
    if (idle.length) return;
    try {
        const worker = hire();
        worker.onerror = () => idle.splice(idle.indexOf(worker), 1);
        idle.push(worker);
    } catch { /* as above */ }
}

/// Lets a reader try every value of a knob, in `root`, an element within the lab's knobs.
export async function sweep(root, slug, url) {
    const { open } = await import(SWEEP);
    open(root, slug, (runs, point, end) => many(url, runs, point, end));
}

/// Runs the program with each of these words. `point` is called for each, and `end` with how all that ended, why it did not
/// go on, and the exit codes, -1 where a run has none.
function many(url, runs, point, end) {
    const codes = [];
    const job = new Job(([, why, how]) => end({ how, why, codes }));
    job.start(url, { sweep: runs, output: LIMITS.output }, data => {
        if (data.points) job.watch();
        for (const { code } of data.points ?? []) {
            codes.push(code ?? -1);
            point();
        }
        if (data.swept) job.over('exited', 0);
    });
    return job;
}

class Job {
    constructor(told) {
        this.told = told;
    }

    async start(url, work, take) {
        try {
            // It starts while the program is loaded.
            this.worker = hire();
            this.worker.onerror = event => this.kill('worker', event.message);
            let module = load(url);
            if (module instanceof Promise) module = await module;
            // It may have been stopped meanwhile.
            if (!this.told) return;
            this.worker.onmessage = ({ data }) => this.told && take(data);
            this.watch();
            this.worker.postMessage({ module, ...work });
        } catch (why) {
            // Whoever asked has its answer first.
            await undefined;
            this.kill(why instanceof Trouble ? why.how : 'worker', why.message);
        }
    }

    /// From now on it may take as long as a run may.
    watch() {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.kill('time limit'), LIMITS.time);
    }

    stop() {
        this.kill('stopped');
    }

    /// A program cannot be interrupted: its thread is ended, whatever it does. The next run finds another.
    kill(how, why) {
        this.worker?.terminate();
        this.worker = undefined;
        this.over(how, undefined, why);
        if (how !== 'worker') setTimeout(spare);
    }

    over(how, code, why) {
        clearTimeout(this.timer);
        if (this.worker) idle.push(this.worker);
        this.worker = undefined;
        const told = this.told;
        this.told = undefined;
        told?.([code ?? (how === 'stopped' ? -1 : -2), said(how, why), how]);
    }
}

function said(how, why) {
    const sentence = SENTENCES[how] ?? '';
    return sentence && why ? `${sentence} The browser says: ${why}` : sentence;
}

function hire() {
    try {
        return idle.pop() ?? new Worker(new URL(WORKER, import.meta.url), { type: 'module' });
    } catch (why) {
        throw new Trouble('worker', why.message);
    }
}

function load(url) {
    if (!modules.has(url)) {
        const module = fetched(url);
        modules.set(url, module);
        module.then(compiled => modules.set(url, compiled), () => modules.delete(url));
    }
    return modules.get(url);
}

async function fetched(url) {
    let answer, bytes;
    try {
        answer = await fetch(url);
        if (!answer.ok) throw new Error(`status ${answer.status}`);
        // Compiled while it arrives, where the host says what it is.
        if (answer.headers.get('content-type') !== 'application/wasm') bytes = await answer.arrayBuffer();
    } catch (why) {
        throw new Trouble('load', why.message);
    }
    try {
        return await (bytes ? WebAssembly.compile(bytes) : WebAssembly.compileStreaming(answer));
    } catch (why) {
        throw new Trouble('compile', why.message);
    }
}
