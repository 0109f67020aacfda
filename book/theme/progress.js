'use strict';
/* What a reader has done: kept in this browser, shown wherever a chapter is named, taken along as a file. And the path through the
   book that they are on: while they are, the next page is the next of the path. */
(() => {
    /* On paper nothing is marked. */
    if (location.pathname.endsWith('/print.html')) return;
    const { all, store } = globalThis.stillRunning;
    const KEPT = 'still-running ';
    const KEY = { done: `${KEPT}done `, last: `${KEPT}last`, path: `${KEPT}path`, ofPage: [`${KEPT}answer `, `${KEPT}shown `] };
    /* A page's name: `lost-line`. */
    const stem = url => new URL(url, location).pathname.split('/').pop().replace(/\.html$/, '');
    const done = name => store('getItem', KEY.done + name) !== null;
    const here = location.href.split(/[?#]/)[0];
    const contents = () => all('.sidebar .chapter a[href]').filter(a => !a.hash);
    const title = name => contents().find(a => stem(a.href) === name)?.firstChild.data ?? name;
    const names = e => e.dataset.pages.split(' ');

    const keys = () => Array.from({ length: store('length') ?? 0 }, (_, i) => store('key', i)).filter(key => key.startsWith(KEPT));

    const tick = (link, on) => {
        const sign = link.querySelector('.sr-tick');
        if (sign) sign.hidden = !on;
        else if (on) link.insertAdjacentHTML('beforeend', '<span class="sr-tick"> ✓ done</span>');
    };
    const draw = () => {
        [...contents(), ...all('main td a[href]').filter(a => a.origin === location.origin && !a.hash)].forEach(a => tick(a, done(stem(a.href))));
        all('[data-pages]').forEach(e => {
            const [count, of] = [names(e).filter(done).length, names(e).length];
            const said = e.querySelector('.sr-count') ?? e.appendChild(Object.assign(document.createElement('span'), { className: 'sr-count' }));
            said.textContent = ` ${count} of ${of} done`;
        });
        const begun = keys().some(key => key.startsWith(KEY.done));
        all('.sr-landing .sr-sums').forEach(e => { e.hidden = !begun; });
        all('.sr-end').forEach(end => {
            const [button, on] = [end.querySelector('.sr-done'), done(end.dataset.page)];
            button.textContent = on ? '✓ Done' : 'Mark as done';
            button.setAttribute('aria-pressed', on);
        });
        all('.sr-way > a').forEach(link => {
            const way = link.parentElement;
            const open = names(way).findIndex(name => !done(name));
            const to = all('main td a[href]').find(a => stem(a.href) === names(way)[Math.max(open, 0)]);
            link.textContent = `${names(way).some(done) ? 'Go on' : 'Begin'}: ${title(stem(to.href))}`;
            link.href = to.href.split('#')[0];
        });
    };

    /* mdBook's arrows lead to the pages beside this one in the contents; on a path, to those beside it on the path. */
    const arrows = step => all(`.nav-chapters.${step}, .mobile-nav-chapters.${step}`);
    const STEPS = { previous: 'Previous', next: 'Next' };
    const plain = new Map(Object.keys(STEPS).flatMap(arrows).map(a => [a, a.getAttribute('href')]));
    const follow = () => {
        const path = store('getItem', KEY.path);
        all('.sr-trail').forEach(trail => { trail.hidden = trail.dataset.trail !== path; });
        for (const [step, word] of Object.entries(STEPS)) {
            const link = document.querySelector(`.sr-trail:not([hidden]) [data-step=${step}]`);
            arrows(step).forEach(a => {
                a.setAttribute('href', link?.getAttribute('href') ?? plain.get(a));
                const said = `${word}${link ? ' on the path' : ''}: ${title(stem(a.href))}`;
                a.title = said;
                a.setAttribute('aria-label', said);
            });
        }
    };
    /* Who goes from a path's page to one of its chapters is on it, until they leave it. */
    document.addEventListener('click', e => {
        if (!(e.target instanceof Element)) return;
        const [link, way] = [e.target.closest('main a[href]'), document.querySelector('.sr-way')];
        if (link && way && names(way).includes(stem(link.href))) store('setItem', KEY.path, way.dataset.trail);
        if (e.target.closest('.sr-leave')) {
            store('removeItem', KEY.path);
            follow();
            arrows('next').find(a => a.checkVisibility())?.focus();
        }
    });

    const forget = which => {
        keys().filter(which).forEach(key => store('removeItem', key));
        document.dispatchEvent(new Event('still-running-kept'));
        return 'Forgotten.';
    };
    const save = () => {
        const kept = Object.fromEntries(keys().map(key => [key, store('getItem', key)]));
        const href = URL.createObjectURL(new Blob([JSON.stringify(kept)], { type: 'application/json' }));
        Object.assign(document.createElement('a'), { href, download: 'still-running-progress.json' }).click();
        URL.revokeObjectURL(href);
        return 'Saved.';
    };
    /* Takes what such a file holds, and nothing that is not ours. */
    const load = async file => {
        const kept = await file.text().then(JSON.parse).catch(() => null);
        const ours = Object.entries(kept ?? {}).filter(([key, value]) => key.startsWith(KEPT) && typeof value === 'string');
        if (ours.length === 0) return 'This file holds no progress of this book. Choose one that was saved here.';
        ours.forEach(([key, value]) => store('setItem', key, value));
        document.dispatchEvent(new Event('still-running-kept'));
        return 'Loaded.';
    };

    for (const end of all('.sr-end')) {
        const page = end.dataset.page;
        const isOf = key => key === KEY.done + page || KEY.ofPage.some(kind => key.startsWith(`${kind}${page}--`));
        const acts = {
            done: () => void store(done(page) ? 'removeItem' : 'setItem', KEY.done + page, '1'),
            forget: () => forget(isOf),
            'forget-all': () => forget(() => true),
            save,
        };
        const tell = text => {
            end.querySelector('.sr-told').textContent = text ?? '';
            draw();
            follow();
        };
        end.addEventListener('click', e => {
            const act = acts[e.target.closest('button')?.dataset.act];
            if (act) tell(act());
        });
        end.querySelector('input').addEventListener('change', async e => {
            if (e.target.files[0]) tell(await load(e.target.files[0]));
            e.target.value = '';
        });
        /* Where the reader is now, for the next visit. */
        store('setItem', KEY.last, `${here}\n${document.title}`);
    }

    /* On the first page: the way back to where the reader was, within this site. What was kept may come from a file. */
    const last = store('getItem', KEY.last)?.split('\n');
    const buttons = document.querySelector('.sr-landing .sr-buttons');
    if (buttons && last?.[0].startsWith(`${location.origin}/`)) {
        const link = Object.assign(document.createElement('a'), { className: 'sr-button', href: last[0] });
        link.textContent = `Go on: ${(last[1] ?? '').split(' - ')[0]}`;
        buttons.append(' ', link);
    }

    draw();
    follow();
    addEventListener('storage', () => { draw(); follow(); });
})();
