// The reader's own file, in the page: loaded when *Edit mine* is pressed for the first time. A text field does; where the
// bundle of CodeMirror is here, it takes the field's place. What is typed is the reader's: it is kept in this browser until
// the server has it, and is never written over what another editor wrote meanwhile.

/** CodeMirror's bundle, beside this file; empty where the site has none. */
const BUNDLE = './codemirror.mjs';
/** How long nothing is typed, in milliseconds, before it is saved. */
const AT_REST = 700;

/** Opens the editor of a lab's own variant in a run widget, or closes it again. */
export function edit(widget, slug) {
    const open = widget.querySelector('.sr-edit');
    if (open) return close(widget, open);
    const box = document.createElement('section');
    box.className = 'sr-edit';
    box.setAttribute('aria-label', `labs/${slug}/mine.rs`);
    box.innerHTML = `
        <div class="sr-bar"><strong>labs/${slug}/mine.rs</strong><span class="sr-saved" role="status"></span>
        <button type="button" data-edit="reset">Reset</button><button type="button" data-edit="compare" aria-expanded="false">Compare</button>
        <button type="button" data-edit="plain" aria-pressed="false">Plain text</button></div>
        <p class="sr-note" hidden></p>
        <textarea spellcheck="false" autocapitalize="off" autocomplete="off" wrap="off" rows="18" aria-label="Your own fix, mine.rs" aria-describedby="sr-edit-${slug}"></textarea>
        <p class="sr-note" id="sr-edit-${slug}">Escape, then Tab, leaves the editor.</p>
        <ul class="sr-problems"></ul>
        <pre class="sr-compared" hidden tabindex="0"></pre>`;
    widget.querySelector('.sr-bar').after(box);
    widget.querySelector('[data-do="click edit"]')?.setAttribute('aria-expanded', 'true');
    new Editor(widget, box, slug).load();
}

function close(widget, box) {
    box.hidden = !box.hidden;
    widget.querySelector('[data-do="click edit"]')?.setAttribute('aria-expanded', String(!box.hidden));
}

class Editor {
    constructor(widget, box, slug) {
        Object.assign(this, { widget, box, slug, url: `/api/labs/${slug}/mine`, draft: `still-running mine ${slug}` });
        this.field = box.querySelector('textarea');
        this.field.addEventListener('input', () => this.changed());
        box.addEventListener('click', event => this[event.target.dataset?.edit]?.());
        box.addEventListener('keydown', event => this.key(event));
        // What is run is what is shown: a press of Run mine or Check my fix saves first.
        addEventListener('click', event => this.before(event), true);
        new MutationObserver(() => this.told()).observe(widget, { attributeFilter: ['data-exit'] });
        addEventListener('pagehide', () => this.keep());
    }

    async load() {
        const answer = await fetch(this.url).catch(() => null);
        if (!answer?.ok) return this.say(await sentence(answer), true);
        this.stands(await answer.json());
        const draft = localStorage.getItem(this.draft);
        if (draft !== null && draft !== this.saved.text) {
            this.put(draft);
            this.say('What you had typed and not saved is here again.');
        } else {
            this.put(this.saved.text);
        }
        await this.grow();
        this.changed();
    }

    /** CodeMirror, where it is here and wanted. */
    async grow() {
        if (!BUNDLE || this.code) return;
        const { over } = await import(BUNDLE).catch(() => ({}));
        if (!over) return;
        this.code = over(this.field, () => this.changed());
        this.field.hidden = true;
        this.code.mark(this.problems ?? []);
    }

    plain() {
        const button = this.box.querySelector('[data-edit=plain]');
        if (this.code) {
            this.code.close();
            this.code = null;
            this.field.hidden = false;
            button.setAttribute('aria-pressed', 'true');
        } else {
            button.setAttribute('aria-pressed', 'false');
            this.grow();
        }
    }

    stands(saved) {
        this.saved = saved;
    }

    put(text) {
        this.field.value = text;
        this.code?.put(text);
    }

    changed() {
        clearTimeout(this.timer);
        const dirty = this.field.value !== this.saved?.text;
        if (dirty) this.timer = setTimeout(() => this.save(), AT_REST);
        this.box.querySelector('.sr-saved').textContent = dirty ? 'not saved yet' : 'saved';
        this.keep();
        this.compared();
    }

    keep() {
        if (!this.saved) return;
        if (this.field.value === this.saved.text) localStorage.removeItem(this.draft);
        else localStorage.setItem(this.draft, this.field.value);
    }

    /** Saves what is typed; true where it stands on disk then. One save at a time. */
    async save(over = false) {
        clearTimeout(this.timer);
        while (this.saving) await this.saving;
        if (this.field.value === this.saved.text) return true;
        this.saving = this.send(over);
        try {
            return await this.saving;
        } finally {
            this.saving = null;
        }
    }

    async send(over) {
        const text = this.field.value;
        const body = JSON.stringify({ text, version: this.saved.version });
        const headers = { 'content-type': 'application/json' };
        const answer = await fetch(this.url, { method: 'PUT', headers, body }).catch(() => null);
        if (answer?.ok) {
            this.stands(await answer.json());
            this.say('');
            this.changed();
            return true;
        }
        const refused = await answer?.json().catch(() => null);
        if (answer?.status === 409 && refused?.stands) {
            if (refused.stands.text === text) {
                this.stands(refused.stands);
                this.changed();
                return true;
            }
            if (over) {
                this.stands(refused.stands);
                return this.send(false);
            }
            this.other = refused.stands;
            this.say(refused.message, true, '<button type="button" data-edit="take">Take what stands there</button> <button type="button" data-edit="mine">Save mine over it</button>');
        } else {
            this.say(refused?.message ?? 'The server cannot be reached. What you typed is kept in this browser.', true);
        }
        return false;
    }

    take() {
        this.stands(this.other);
        this.put(this.other.text);
        this.say('');
        this.changed();
    }

    mine() {
        this.save(true);
    }

    /** Back to the bug; what stood here is kept in this browser, one step back. */
    reset() {
        const before = this.field.value;
        this.put(this.saved.start);
        this.changed();
        this.say('It is the bug again.', false, '<button type="button" data-edit="undo">Undo</button>');
        this.before_reset = before;
    }

    undo() {
        this.put(this.before_reset);
        this.say('');
        this.changed();
    }

    compare() {
        const pre = this.box.querySelector('.sr-compared');
        pre.hidden = !pre.hidden;
        this.box.querySelector('[data-edit=compare]').setAttribute('aria-expanded', String(!pre.hidden));
        this.compared();
    }

    /** What differs from the bug, line by line. */
    compared() {
        const pre = this.box.querySelector('.sr-compared');
        if (pre.hidden || !this.saved) return;
        const lines = difference(this.saved.start.split('\n'), this.field.value.split('\n'));
        pre.replaceChildren(...lines.map(([sign, line]) => {
            const span = document.createElement(sign === '+' ? 'ins' : sign === '-' ? 'del' : 'span');
            span.textContent = `${sign} ${line}\n`;
            return span;
        }));
    }

    /** A run of it is over: what the compiler said. */
    told() {
        const exit = JSON.parse(this.widget.dataset.exit || '{}');
        const all = exit.problems ?? [];
        const here = all.filter(problem => problem.file.endsWith(`labs/${this.slug}/mine.rs`));
        this.problems = here;
        this.code?.mark(here);
        const list = this.box.querySelector('.sr-problems');
        list.replaceChildren(...all.map(problem => this.problem(problem, here.includes(problem))));
        const errors = all.filter(problem => problem.level === 'error').length;
        const hint = this.box.querySelector(`#sr-edit-${this.slug}`);
        hint.textContent = `${errors === 1 ? '1 error. ' : errors ? `${errors} errors. ` : ''}Escape, then Tab, leaves the editor.`;
    }

    problem({ file, level, line, column, message, label, code }, here) {
        const item = document.createElement('li');
        const said = `${level}${code ? ` ${code}` : ''}: ${message}${label ? `: ${label}` : ''}`;
        if (here) {
            const button = document.createElement('button');
            button.type = 'button';
            button.textContent = `line ${line}`;
            button.addEventListener('click', () => this.goto(line, column));
            item.append(button, ` ${said}`);
        } else {
            item.textContent = `${file}, line ${line}: ${said}`;
        }
        return item;
    }

    goto(line, column) {
        if (this.code) return this.code.goto(line, column);
        const before = this.field.value.split('\n').slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
        this.field.focus();
        this.field.setSelectionRange(before + column - 1, before + column - 1);
    }

    key(event) {
        if (event.key === 's' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            this.save();
        }
    }

    async before(event) {
        const button = event.target.closest?.('.sr-mine');
        if (!button || !this.widget.contains(button) || this.through || !this.saved || this.field.value === this.saved.text) return;
        event.stopImmediatePropagation();
        if (!(await this.save())) return;
        this.through = true;
        button.click();
        this.through = false;
    }

    say(text, alert = false, buttons = '') {
        const note = this.box.querySelector('.sr-note');
        note.hidden = !text;
        note.setAttribute('role', alert ? 'alert' : 'status');
        note.textContent = text;
        note.insertAdjacentHTML('beforeend', buttons && ` ${buttons}`);
    }
}

async function sentence(answer) {
    const refused = await answer?.json().catch(() => null);
    return refused?.message ?? 'The server cannot be reached, so your file cannot be shown.';
}

/** Lines with a sign each: the longest common part stays. Files are short. */
export function difference(old, now) {
    const table = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1));
    for (let i = old.length - 1; i >= 0; i--) {
        for (let j = now.length - 1; j >= 0; j--) {
            table[i][j] = old[i] === now[j] ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
        }
    }
    const lines = [];
    let [i, j] = [0, 0];
    while (i < old.length || j < now.length) {
        if (i < old.length && j < now.length && old[i] === now[j]) {
            lines.push([' ', old[i++]]);
            j++;
        } else if (j >= now.length || (i < old.length && table[i + 1][j] >= table[i][j + 1])) {
            lines.push(['-', old[i++]]);
        } else {
            lines.push(['+', now[j++]]);
        }
    }
    return lines;
}
