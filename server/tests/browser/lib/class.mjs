// A server with a class, and the rules of accessibility for the views that it adds.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { letGo, root, site } from './server.mjs';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Starts a server with a class that is kept in that folder, and reads its links. */
export async function start(folder, ...options) {
    const place = options.includes('--site') ? [] : ['--site', site];
    const child = spawn(`${root}target/debug/still-running`, ['serve', '--class', '--addr', '127.0.0.1:0', ...place,
        '--class-file', join(folder, 'class.sqlite'), ...options], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
    let said = '';
    await new Promise((resolve, reject) => {
        child.stdout.on('data', data => { said += data; if (/projector's link: \S+\n/.test(said)) resolve(); });
        child.on('exit', code => reject(new Error(`the server ended with ${code}: ${said}`)));
    });
    letGo(child);
    const link = mark => said.match(new RegExp(`${mark}:? (http\\S+)`))[1];
    return { child, url: said.match(/http:\/\/[\d.]+:\d+/)[0], join: link('People join at'), teacher: link("The teacher's link"), screen: link("The projector's link") };
}

/** Starts a server without a class, in a folder where one would be kept. */
export async function without(folder, ...options) {
    const { DATABASE_URL: _, ...env } = process.env;
    const child = spawn(`${root}target/debug/still-running`, ['serve', '--addr', '127.0.0.1:0', '--site', site, ...options],
        { cwd: folder, env, stdio: ['ignore', 'pipe', 'ignore'] });
    const url = await new Promise((resolve, reject) => {
        let said = '';
        child.stdout.on('data', data => { said += data; const at = said.match(/http:\/\/[\d.]+:\d+/); if (at) resolve(at[0]); });
        child.on('exit', code => reject(new Error(`the server ended with ${code}: ${said}`)));
    });
    letGo(child);
    return { child, url };
}

export const end = it => new Promise(resolve => { it.child.ref(); it.child.once('exit', resolve); it.child.kill('SIGTERM'); });

/** What axe says against a page. */
export async function violations(page) {
    await page.evaluate(axe);
    // A bar that stays on the screen lies over what was scrolled below it, and that is no neighbour of its buttons.
    await page.evaluate(() => scrollTo(0, 0));
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }));
    return violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.target.join(' ')} ${n.any.map(a => a.message).join('; ')}`));
}
