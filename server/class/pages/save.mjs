// A page as one file that needs nobody: no server, no script, no style sheet beside it.

const escaped = text => text.replace(/[&<>]/g, c => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);

/** Saves what is in `part`; gives a sentence about how that went. */
export async function save(part, name) {
    let style = '';
    try {
        const sheet = await fetch(new URL('class.css', import.meta.url));
        if (sheet.ok) style = await sheet.text();
    } catch { /* The server is gone already: what people wrote matters, its looks do not. */ }
    const copy = part.cloneNode(true);
    copy.querySelectorAll('.no-print, script').forEach(it => it.remove());
    copy.querySelectorAll('[role=status]').forEach(it => it.removeAttribute('role'));
    const file = `<!doctype html>
<html lang="en" class="sr-class-page">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${escaped(document.title)}</title><style>${style}</style></head>
<body>${copy.outerHTML}</body>
</html>
`;
    const url = URL.createObjectURL(new Blob([file], { type: 'text/html' }));
    Object.assign(document.createElement('a'), { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    return `Saved as ${name}, where this browser keeps what it downloads.`;
}
