// The online edition, built once and served under a sub-path by a plain file server, as any static host would.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { root } from './server.mjs';

const UNDER = '/some/where/';
const TYPES = {
    '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.json': 'application/json',
    '.wasm': 'application/wasm', '.svg': 'image/svg+xml', '.png': 'image/png', '.woff2': 'font/woff2', '.cast': 'application/octet-stream',
};

/** Builds the recorded site and serves it; `url` is its root, with the slash. With `programs`, a folder, labs run in its pages. */
export async function staticSite(programs) {
    const kept = programs ? process.env.STILL_RUNNING_IN_PAGE_SITE : process.env.STILL_RUNNING_RECORDED;
    const folder = kept ?? (await build(programs ? ['--programs', programs] : []));
    const server = createServer((request, response) => serve(folder, request, response));
    await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
    return {
        folder,
        url: `http://127.0.0.1:${server.address().port}${UNDER}`,
        async stop() {
            server.closeAllConnections();
            await new Promise(resolve => server.close(resolve));
            if (!kept) await rm(folder, { recursive: true });
        },
    };
}

async function build(more) {
    const folder = join(await mkdtemp(join(tmpdir(), 'still-running-')), 'site');
    await promisify(execFile)(`${root}target/debug/mdbook-still-running`, ['build', '--recorded', '--out', folder, ...more], { cwd: root });
    return folder;
}

async function serve(folder, request, response) {
    const path = decodeURIComponent(new URL(request.url, 'http://x').pathname);
    const file = join(folder, normalize(path.slice(UNDER.length - 1)));
    try {
        if (!path.startsWith(UNDER)) throw new Error('outside');
        const target = (await stat(file)).isDirectory() ? join(file, 'index.html') : file;
        response.writeHead(200, { 'content-type': TYPES[extname(target)] ?? 'application/octet-stream' });
        response.end(await readFile(target));
    } catch {
        response.writeHead(404, { 'content-type': TYPES['.html'] });
        response.end(await readFile(join(folder, '404.html')));
    }
}
