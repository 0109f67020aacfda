// The real server on a free port, with the workspace's labs and the built book.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** The built book; another one than target/book for work on the client. */
export const site = process.env.STILL_RUNNING_SITE ?? `${root}target/book`;

/** Starts `still-running serve`; gives its address and a way to end it. */
export async function serve(...options) {
    const child = spawn(`${root}target/debug/still-running`, ['serve', '--addr', '127.0.0.1:0', ...place(options), ...options], {
        cwd: root, stdio: ['ignore', 'pipe', 'inherit'],
    });
    const url = await address(child);
    letGo(child);
    return { url, child, stop: () => stop(child) };
}

/** A test that fails before it stops its server must not keep its file from ending: the server ends with it. */
export function letGo(child) {
    child.unref();
    child.stdout?.unref();
    process.once('exit', () => child.kill());
}

const place = options => (options.includes('--site') ? [] : ['--site', site]);

function address(child) {
    return new Promise((resolve, reject) => {
        let said = '';
        child.stdout.on('data', data => {
            said += data;
            const found = said.match(/http:\/\/[\d.]+:\d+/);
            if (found) resolve(found[0]);
        });
        child.on('error', why => reject(new Error(`the server is not built (cargo build): ${why.message}`)));
        child.on('exit', code => reject(new Error(`the server ended with ${code}: ${said}`)));
    });
}

function stop(child) {
    if (child.exitCode !== null) return Promise.resolve();
    child.ref();
    const gone = new Promise(resolve => child.once('exit', resolve));
    child.kill('SIGTERM');
    return gone;
}
