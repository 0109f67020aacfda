// On the page for trainers, on one's own server: a button that opens a class, and then its links. Its teacher finds them there again.
import { el, say, style } from './dom.mjs';
import { ask, root } from './link.mjs';

const CLASSES = '../classes';

/** The button, where there is no class. */
export async function offer(place) {
    const answer = await ask('GET', CLASSES);
    if (!answer.ok) return;
    style(root);
    const name = el('input', { type: 'text', name: 'name', maxlength: '80', placeholder: 'Class', autocomplete: 'off' });
    const wrong = el('p', { role: 'alert' });
    const button = el('button', { type: 'submit' }, 'Open a class');
    const form = el('form', el('p.sr-class-row', el('label', 'What it is called, on the wall ', name), button), wrong);
    form.addEventListener('submit', async e => {
        e.preventDefault();
        button.disabled = true;
        const opened = await ask('POST', CLASSES, { name: name.value });
        button.disabled = false;
        if (!opened.ok) return say(wrong, opened.said);
        draw(place, opened.data);
        place.querySelector('h3').focus();
        /* From now on this browser is the teacher's, on this page too. */
        import(new URL('class/class.mjs', root));
    });
    place.replaceChildren(box('No class is open on this server',
        el('p', 'You sit at its machine, so you may open one, without starting the server anew. This browser becomes the teacher’s.'),
        form,
        el('p', `It is kept in ${answer.data.kept}, and deleted 30 days after it ends, or when you say so. While it is open, every other browser is asked for its code, and nobody’s own fix is built here.`)));
}

/** Its links, for its teacher. */
export async function tell(place) {
    const answer = await ask('POST', CLASSES, {});
    if (!answer.ok || place.hasChildNodes()) return;
    style(root);
    draw(place, answer.data);
}

const box = (title, ...inside) => el('section.sr-class.sr-class-open', { 'aria-labelledby': 'sr-class-open-title' }, el('h3', { id: 'sr-class-open-title', tabindex: '-1' }, title), inside);

function draw(place, { code, join, qr, teacher, screen, kept, others, command }) {
    const link = (href, options = {}) => el('a', { href, ...options }, href);
    place.replaceChildren(box('The class is open',
        !others && el('div.sr-class-alone',
            el('p', el('strong', 'Only this machine reaches this server, so these links lead nobody else here.'), ' To let a room in, end it with Ctrl-C and type, in the same folder:'),
            el('pre', el('code', command)),
            el('p', 'It goes on with this class and this code; the links then begin with an address of this machine. Choose the network with care: who has the code may run labs here.')),
        el('div.sr-class-links', qr && el('img', { src: `data:image/svg+xml,${encodeURIComponent(qr)}`, alt: 'QR code of the link to join' }),
            el('dl',
                el('dt', 'People join at'), el('dd', link(join), el('br'), 'The code is ', el('strong', code)),
                el('dt', 'The projector’s link'), el('dd', link(screen, { target: 'sr-screen' })),
                el('dt', 'The teacher’s link, for another browser of yours'), el('dd', link(teacher), el('br'), 'Keep it to yourself: who has it is the teacher.'))),
        el('p', `This browser teaches: the teacher’s bar is at the top of each chapter. The class is kept in ${kept}.`)));
}
