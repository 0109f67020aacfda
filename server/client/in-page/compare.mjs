// Whether each lab in the page says what the native lab says, byte for byte, with the same exit code: each variant that is in
// it, with all combinations of what the grids hold; and whether each recording is what it says. And whether its program is as
// small as a reader may expect who presses Run.
//   node compare.mjs PROGRAMS NATIVE RECORDINGS
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { run } from './wasi.mjs';

const [programs, native, recordings] = process.argv.slice(2);
const VARIABLES = { STILL_RUNNING_EVENTS: '1', CLICOLOR_FORCE: '1' };
const VARIANTS = ['buggy', 'fixed'];
/// What a program may weigh, compressed as a host does it, in bytes.
const BUDGET = 100_000;
let odd = 0;

const { labs } = JSON.parse(readFileSync(join(programs, 'programs.json')));
if (!labs.length) throw new Error('no lab runs in the page');
for (const slug of labs) {
    const bytes = readFileSync(join(programs, `${slug}.wasm`));
    const program = new WebAssembly.Module(bytes);
    const about = JSON.parse(spawnSync(join(native, slug), ['--describe']).stdout);
    if (about.clock !== 'paused') complain(`${slug} has a real clock: it cannot run in a page; take in-page out of its Cargo.toml`);
    const cases = all(about.knobs);
    for (const set of cases) same(program, slug, set);
    const casts = readdirSync(join(recordings, slug)).filter(file => file.endsWith('.cast'));
    for (const file of casts) recorded(program, slug, file);
    console.log(`   ${slug}: ${cases.length} runs as the native ones, ${casts.length} as their recordings, ${weight(slug, bytes)}`);
}
process.exitCode = odd ? 1 : 0;

function weight(slug, bytes) {
    const [size, plain] = [gzipSync(bytes, { level: 9 }).length, bytes.equals(readFileSync(join(programs, `${slug}.raw`)))];
    // Where wasm-opt could not be had, it was said before.
    if (size > BUDGET && !plain) complain(`${slug} weighs ${size} bytes compressed, and may weigh ${BUDGET}`);
    return `${size} bytes compressed`;
}

function same(program, slug, args) {
    const here = spawnSync(join(native, slug), args, { env: VARIABLES, maxBuffer: 1 << 28 });
    const there = say(program, slug, args);
    if (here.status !== there.code) complain(`${slug} ${args.join(' ')}: exit code ${there.code} in the page, ${here.status} natively`);
    else if (!here.stdout.equals(there.said)) complain(`${slug} ${args.join(' ')}: says something else in the page than natively`);
}

function recorded(program, slug, file) {
    const [head, ...lines] = readFileSync(join(recordings, slug, file), 'utf8').trim().split('\n').map(line => JSON.parse(line));
    const { variant, knobs } = head.still_running;
    const { said } = say(program, slug, [variant, ...Object.entries(knobs).flatMap(([name, value]) => [`--${name}`, `${value}`])]);
    const told = lines.filter(([, kind]) => kind === 'o').map(([, , text]) => text).join('');
    if (said.toString().replaceAll('\n', '\r\n') !== told) complain(`book/recordings/${slug}/${file} is not what the program in the page says`);
}

function say(program, slug, args) {
    const pieces = [];
    let code;
    try {
        code = run(program, [slug, ...args], VARIABLES, bytes => pieces.push(bytes));
    } catch (why) {
        code = String(why);
    }
    return { code, said: Buffer.concat(pieces) };
}

/// The words of a run, for each variant and each combination of values: grid, default, and the ends of a range.
function all(knobs) {
    let words = VARIANTS.map(variant => [variant]);
    for (const knob of knobs) {
        words = words.flatMap(before => values(knob).map(value => [...before, `--${knob.name}`, `${value}`]));
    }
    return words;
}

function values({ choices, min, grid, default: usual, max }) {
    return choices ? choices.map(choice => choice.value) : [...new Set([min, ...grid, usual, max])];
}

function complain(what) {
    odd += 1;
    console.error(`   ${what}`);
}
