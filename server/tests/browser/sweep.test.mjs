// A sweep where a server is: runs are the server's, and thousands of them the page's own.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { around, browser, server } from './lib/around.mjs';
import { finish, open, run } from './lib/browser.mjs';
import { endsAsNatively, stretches, swept } from './lib/in-page.mjs';
import { site } from './lib/server.mjs';

const { programs } = JSON.parse(await readFile(`${site}/still-running.json`, 'utf8'));
const skip = programs ? false : 'the book was built without programs: cargo xtask in-page, then cargo xtask serve builds it with them';

describe('a sweep beside a server', { skip }, () => {
    around('server');

    test('it runs in the page, asks the server for no run, and says what the native lab says', async () => {
        const page = await open(browser, `${server.url}/tasks/lost-line.html`, { reducedMotion: 'reduce' });
        const asked = [];
        page.on('request', request => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
        const sweep = await swept(page, 'drip');
        const rows = await stretches(sweep);
        assert.equal(rows.reduce((all, row) => all + Number(row[4]), 0), 200, 'both variants, at each of 100 values');
        endsAsNatively(rows, 'drip');
        assert.deepEqual(asked.filter(line => line.startsWith('POST')), []);
        assert.equal(asked.filter(line => /programs\/lost-line-[0-9a-f]+\.wasm$/.test(line)).length, 1, asked.join(', '));
        const widget = await run(page, 'lost-line', 'buggy');
        assert.match(await finish(widget), /^lost-line buggy: violated/);
        assert.equal(await widget.locator('.sr-here').innerText(), '', 'a run is the server\'s all the same');
        assert.ok(asked.includes('POST /api/runs'), asked.join(', '));
        await page.done();
    });
});
