// Firefox as the system has it, spoken to in WebDriver BiDi. Playwright drives builds of its own only; this says the few
// things that a test needs.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';

/** `FIREFOX`, or where Debian and others have it; nothing where there is none. A snap's reads no profile that is not its own. */
export const firefox = [process.env.FIREFOX, '/usr/bin/firefox-esr', '/usr/lib/firefox/firefox'].find(path => path && existsSync(path));

/** Starts it, with one page that is blank. */
export async function launch() {
    const profile = await mkdtemp(join(tmpdir(), 'still-running-firefox-'));
    const child = spawn(firefox, ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', 'about:blank'], {
        // As root, in the home of somebody else (sudo, in CI), it does not start.
        env: { ...process.env, HOME: profile, XDG_RUNTIME_DIR: '', XAUTHORITY: '' },
        stdio: ['ignore', 'ignore', 'pipe'],
    });
    const gone = new Promise(resolve => child.once('exit', resolve));
    const line = new Line(await connected(await address(child)));
    await line.call('session.new', { capabilities: {} });
    await line.call('session.subscribe', { events: ['network.beforeRequestSent', 'log.entryAdded'] });
    const { contexts: [{ context }] } = await line.call('browsingContext.getTree', {});
    return {
        /** What the page asked for, and what it complained of. */
        requests: line.requests,
        errors: line.errors,
        open: url => line.call('browsingContext.navigate', { context, url, wait: 'complete' }),
        /** What `run` comes to in the page, with `given`: both as JSON. */
        async evaluate(run, given) {
            const text = JSON.stringify(given) ?? 'null';
            const { result, exceptionDetails } = await line.call('script.callFunction', {
                functionDeclaration: `async given => JSON.stringify(await (${run})(JSON.parse(given))) ?? 'null'`,
                arguments: [{ type: 'string', value: text }],
                target: { context },
                awaitPromise: true,
            });
            if (exceptionDetails) throw new Error(exceptionDetails.text);
            return JSON.parse(result.value);
        },
        async stop() {
            child.kill('SIGTERM');
            await gone;
            await rm(profile, { recursive: true, force: true, maxRetries: 5 });
        },
    };
}

/** Where it listens, which it says when it does. */
function address(child) {
    return new Promise((resolve, reject) => {
        let said = '';
        child.stderr.on('data', data => {
            said += data;
            const found = said.match(/WebDriver BiDi listening on (ws:\/\/\S+)/);
            if (found) resolve(`${found[1]}/session`);
        });
        child.once('error', reject);
        child.once('exit', code => reject(new Error(`Firefox ended with ${code}: ${said}`)));
    });
}

function connected(url) {
    return new Promise((resolve, reject) => {
        const socket = new WebSocket(url, { perMessageDeflate: false });
        socket.once('open', () => resolve(socket));
        socket.once('error', reject);
    });
}

/** Commands and their answers, and what is told unasked. */
class Line {
    requests = [];
    errors = [];
    #open = new Map();
    #next = 1;

    constructor(socket) {
        this.socket = socket;
        socket.on('message', data => this.#take(JSON.parse(data)));
        socket.on('close', () => this.#open.forEach(({ reject }) => reject(new Error('Firefox hung up'))));
    }

    call(method, params) {
        const id = this.#next++;
        this.socket.send(JSON.stringify({ id, method, params }));
        return new Promise((resolve, reject) => this.#open.set(id, { resolve, reject }));
    }

    #take({ id, type, method, params, result, error, message }) {
        if (method === 'network.beforeRequestSent') this.requests.push(params.request.url);
        if (method === 'log.entryAdded' && params.level === 'error') this.errors.push(params.text);
        const open = this.#open.get(id);
        this.#open.delete(id);
        if (type === 'error') open?.reject(new Error(`${error}: ${message}`));
        else open?.resolve(result);
    }
}
