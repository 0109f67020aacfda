// Labs in the page, in Firefox: its own engine for WebAssembly, its own module workers. All the rest is tried in Chromium.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { firefox, launch } from './lib/firefox.mjs';
import { describe as about, manifest, native, noPrograms, plain, programs, say, turns } from './lib/in-page.mjs';
import { staticSite } from './lib/static-site.mjs';

const skip = !programs ? noPrograms : !firefox ? 'no Firefox: Debian has it as firefox-esr, and FIREFOX names another' : false;

describe('labs in the page, in Firefox', { skip }, () => {
    let site, browser;
    before(async () => {
        [site, browser] = await Promise.all([staticSite(programs), launch()]);
    });
    after(async () => {
        await browser?.stop();
        await site?.stop();
    });

    /** The lab's chapter, from the site's root. */
    async function chapter(slug) {
        const files = await readdir(site.folder, { recursive: true });
        return files.find(file => file.endsWith(`/${slug}.html`));
    }

    test('each lab is run in its chapter, both variants, and says there what it says natively', async () => {
        const { labs, compiler } = await manifest(site);
        for (const slug of Object.keys(labs)) {
            await browser.open(site.url + (await chapter(slug)));
            for (const variant of ['buggy', 'fixed']) {
                const { status, here, knobs, text } = await browser.evaluate(press, [slug, variant]);
                const words = Object.entries(knobs).flatMap(([name, value]) => [`--${name}`, `${value}`]);
                assert.match(status, new RegExp(`^${slug} ${variant}: ${variant === 'buggy' ? 'violated' : 'held'} — [^(]*$`));
                assert.ok(here.startsWith('Run in your browser just now') && here.includes(compiler), here);
                assert.equal(text.trim(), plain(slug, [variant, ...words]), `${slug} ${variant}`);
            }
        }
    });

    test('each lab says what it says natively, byte for byte, with each knob turned', async () => {
        const { script, labs } = await manifest(site);
        await browser.open(`${site.url}index.html`);
        for (const [slug, program] of Object.entries(labs)) {
            for (const words of turns(about(slug))) {
                const said = await browser.evaluate(say, [site.url + script, site.url + program, [slug, ...words]]);
                assert.deepEqual(said, native(slug, words), `${slug} ${words.join(' ')}`);
            }
        }
    });

    test('nothing left the host, and nothing was complained of', () => {
        const here = new URL(site.url).host;
        const asked = browser.requests.map(url => new URL(url)).filter(({ protocol }) => /^(http|ws)/.test(protocol));
        assert.ok(asked.length > 10, `${asked.length} requests`);
        assert.deepEqual(asked.filter(({ host }) => host !== here).map(String), []);
        assert.deepEqual(browser.errors, []);
    });
});

/** In the page: presses Run, and gives what the widget says when it is over. */
async function press([lab, variant]) {
    const seen = find => new Promise(resolve => {
        const look = () => {
            const found = find();
            if (found) resolve(found);
            else requestAnimationFrame(look);
        };
        look();
    });
    const widget = await seen(() => document.querySelector(`[data-sr=run][data-lab="${lab}"][data-variant=${variant}][data-sr-ready]`));
    const part = selector => widget.querySelector(selector);
    part('.sr-go').click();
    const status = await seen(() => part('.sr-status').textContent.trim());
    part('.sr-full').open = true;
    const text = await seen(() => part('.sr-full pre').textContent);
    return { status, text, here: part('.sr-here').textContent, knobs: JSON.parse(widget.dataset.knobs || '{}') };
}
