// What the tests of a file share: it starts before the first of them, and is gone after the last.
import { after, before } from 'node:test';
import { launch } from './browser.mjs';
import { serve } from './server.mjs';
import { standIns } from './stand-in.mjs';
import { staticSite } from './static-site.mjs';

// Who imports one of these sees what it is once it has started.
export let server, site, book, browser;

/** A browser, and by name: the live `server`, the static `site`, or a server of the `book` with labs made for the tests. */
export function around(...names) {
    const wants = name => names.includes(name);
    before(async () => {
        if (wants('book')) book = await standIns();
        await Promise.all([
            launch().then(it => { browser = it; }),
            wants('book') && book.serve().then(it => { server = it; }),
            wants('server') && serve().then(it => { server = it; }),
            wants('site') && staticSite().then(it => { site = it; }),
        ]);
    });
    after(async () => {
        await browser?.close();
        await Promise.all([server?.stop(), site?.stop()]);
        await book?.remove();
    });
}
