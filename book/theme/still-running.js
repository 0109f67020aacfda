'use strict';
/* What a page needs before its client, and on pages without one. The widgets are the client's. */
(() => {
    const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
    const root = new URL(path_to_root || './', document.baseURI);

    /* On paper nothing can be opened: what is folded is opened for print, and folded again. */
    let opened = [];
    const open = () => {
        opened = all('details:not([open])');
        opened.forEach(d => { d.open = true; });
    };
    addEventListener('beforeprint', open);
    addEventListener('afterprint', () => opened.forEach(d => { d.open = false; }));

    /* What tells how a run went is covered until the reader asks for it. What was opened stays open on the next visit; who is here to
       look something up has everything open. Where the browser keeps nothing, all this holds for the visit. */
    const KEY = { shown: 'still-running shown ', lookup: 'still-running lookup' };
    const store = (act, ...args) => {
        try {
            return args.length ? localStorage[act](...args) : localStorage[act];
        } catch { return null; }
    };
    globalThis.stillRunning = { all, store };
    const COVERS = '.sr-cover, .sr-fix';
    const FOLDED = `${COVERS}, .sr-recorded, .sr-terminal, .sr-chart, .sr-answers`;
    const lookup = on => {
        document.documentElement.classList.toggle('sr-looks-up', on);
        all('.sr-lookup > input').forEach(box => { box.checked = on; });
        all(FOLDED).forEach(d => { d.open = on || store('getItem', KEY.shown + d.id) !== null; });
    };
    lookup(store('getItem', KEY.lookup) !== null);
    all('.sr-lookup > input').forEach(box => box.addEventListener('change', () => {
        if (box.checked) store('setItem', KEY.lookup, '1');
        else store('removeItem', KEY.lookup);
        lookup(box.checked);
    }));
    /* Only a press is remembered: what was opened for paper or by the switch is not. */
    document.addEventListener('click', e => {
        const cover = e.target instanceof Element && e.target.closest('summary')?.parentElement;
        if (!cover || !cover.matches(COVERS)) return;
        if (cover.open) store('removeItem', KEY.shown + cover.id);
        else store('setItem', KEY.shown + cover.id, '1');
    });

    /* What scrolls can be scrolled with the keyboard. */
    const SCROLLS = 'pre > code, .sr-transcript, .sr-diff-lines, .table-wrapper';
    const reachable = (within = document) => all(SCROLLS, within).forEach(e => {
        if (e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight + 1) e.tabIndex = 0;
        if (e.matches('.table-wrapper')) e.classList.toggle('sr-scrolls', e.scrollWidth > e.clientWidth + 1);
    });
    /* There arrows scroll, and turn no page. */
    document.addEventListener('keydown', e => {
        if (e.target instanceof Element && e.target.tabIndex === 0 && e.target.matches(SCROLLS) && e.key.startsWith('Arrow')) e.stopPropagation();
    }, true);
    addEventListener('load', () => reachable());
    addEventListener('resize', () => reachable());
    /* On paper a thousand folds are opened at once: each is looked at for itself. */
    document.addEventListener('toggle', e => reachable(e.target), true);

    /* mdBook's button for the contents is a label, which no keyboard reaches: a real button takes its place. */
    const label = document.getElementById('mdbook-sidebar-toggle');
    const shown = document.getElementById('mdbook-sidebar-toggle-anchor');
    if (label && shown) {
        const button = document.createElement('button');
        button.type = 'button';
        for (const { name, value } of label.attributes) if (name !== 'for') button.setAttribute(name, value);
        button.append(...label.childNodes);
        /* mdBook listens to the label, to make the sidebar ready. */
        button.addEventListener('click', () => {
            label.dispatchEvent(new Event('click'));
            shown.click();
        });
        shown.addEventListener('change', () => button.setAttribute('aria-expanded', shown.checked));
        label.replaceWith(button);
    }
    const bar = document.getElementById('mdbook-menu-bar');
    bar?.setAttribute('role', 'banner');
    /* On a phone mdBook lets its bar slide in from above when one scrolls up. After a jump up, as by a link, it hangs in the
       middle of the text until the next scroll. So it is told of one. */
    document.addEventListener('scroll', e => {
        if (e.isTrusted && bar?.getBoundingClientRect().top > 0) document.dispatchEvent(new Event('scroll'));
    }, { passive: true });

    /* In a timeline, arrow keys go from one thing that happened to the next, and what it was is written at its foot. Escape takes
       the words away. */
    const item = target => target instanceof Element && target.closest('.sr-tl-item');
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    document.addEventListener('keydown', e => {
        const here = item(e.target);
        if (here && e.key === 'Escape') return hush(e);
        if (!here || e.ctrlKey || e.altKey || e.metaKey || !(e.key in step || e.key === 'Home' || e.key === 'End')) return;
        e.preventDefault();
        e.stopPropagation();
        const items = all('.sr-tl-item', here.ownerSVGElement);
        const at = { Home: 0, End: items.length - 1 }[e.key] ?? items.indexOf(here) + step[e.key];
        const next = items[Math.max(0, Math.min(at, items.length - 1))];
        here.setAttribute('tabindex', '-1');
        next.setAttribute('tabindex', '0');
        next.focus();
    }, true);
    const tell = e => {
        const here = item(e.target);
        if (!here) return;
        const frame = here.ownerSVGElement.parentElement;
        let line = frame.querySelector(':scope > .sr-tl-detail');
        if (!line) {
            line = document.createElement('p');
            line.className = 'sr-tl-detail';
            /* A screen reader says the item itself. */
            line.setAttribute('aria-hidden', 'true');
            frame.classList.add('sr-tl-told');
            frame.append(line);
        }
        line.textContent = here.querySelector('title').textContent.replaceAll('; ', '\n');
    };
    const hush = e => item(e.target)?.ownerSVGElement?.parentElement?.querySelector(':scope > .sr-tl-detail')?.remove();
    document.addEventListener('focusin', tell);
    document.addEventListener('focusout', hush);
    document.addEventListener('pointerover', tell);
    /* A finger that is lifted leaves the words there; the next tap takes them away, for it takes the focus. */
    document.addEventListener('pointerout', e => e.pointerType === 'touch' || hush(e));

    /* What to type for a run says which knobs were turned, and nothing of the others. */
    const typed = form => {
        const line = form.querySelector('.sr-type > .sr-command');
        if (!line) return;
        line.dataset.plain ??= line.textContent;
        const turned = all('[data-default]', form).filter(e => e.checkValidity() && e.value !== e.dataset.default);
        line.textContent = line.dataset.plain + turned.map(e => ` --${e.name} ${e.value}`).join('');
        form.querySelector('.sr-turn')?.toggleAttribute('hidden', turned.length > 0);
    };
    all('.sr-knobs').forEach(form => {
        form.addEventListener('input', () => typed(form));
        /* The way back to the defaults, and the knobs of this page's address, are the client's doing. */
        form.addEventListener('click', () => setTimeout(typed, 0, form));
        new MutationObserver(() => typed(form)).observe(form, { attributeFilter: ['data-sr-ready'] });
    });

    /* The client, only where there is something for it. print.html prints at once: it gets none. */
    if (location.pathname.endsWith('/print.html')) {
        open();
        return;
    }
    const [widget, opening] = ['[data-sr]', '#sr-class-here'].map(part => document.querySelector(part));
    if (!widget && !opening) return;
    /* Nothing on this page runs: says why wherever something would have, above what was recorded. */
    const still = why => {
        console.warn('The page stays as it is without its client:', why);
        const forbidden = !globalThis.WebAssembly || why instanceof WebAssembly.CompileError;
        all('[data-sr=run] > [data-sr-fallback]').forEach(recorded => {
            const note = document.createElement('p');
            note.className = 'sr-note';
            note.textContent = forbidden
                ? 'This browser has no WebAssembly, or does not allow it here: nothing runs on this page. In its place: the recording.'
                : 'What runs labs on this page could not be loaded. Reload the page to try again. In its place: the recording.';
            recorded.before(note);
        });
    };
    /* Labs that run in the page: what that takes is asked for when somebody reaches for Run, for that is sooner than the press. */
    const reach = ({ programs, mode }) => {
        const near = e => {
            const lab = e.target instanceof Element && e.target.closest('.sr-go')?.closest('[data-lab]');
            const program = lab && programs.labs[lab.dataset.lab];
            if (program) import(new URL(programs.script, root)).then(page => page.prepare(new URL(program, root).href)).catch(() => {});
        };
        if (!programs || mode !== 'recorded' || navigator.connection?.saveData) return;
        ['pointerover', 'focusin'].forEach(event => document.addEventListener(event, near));
    };
    fetch(new URL('still-running.json', root))
        .then(answer => answer.json())
        .then(site => {
            reach(site);
            /* Only a server with a class says so; nobody else loads anything for it. */
            if (site.class) import(new URL(site.class, root)).catch(why => console.warn('The class does not show:', why));
            /* Nor but on the page for trainers, where a server says that who reads may open one. */
            if (site.opens && opening) import(new URL(site.opens, root)).then(it => it.offer(opening)).catch(why => console.warn('No class can be opened:', why));
            return widget && site.client && import(new URL(site.client, root)).then(client => client.default());
        })
        .catch(still);
})();
