// CodeMirror 6 over a text field: highlighting, keys, and what the compiler says, at its place. Bundled into one file.
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { rust } from '@codemirror/lang-rust';
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Colours come from the page, so that each theme has its own. */
const theme = EditorView.theme({
    '&': { color: 'var(--fg)', backgroundColor: 'var(--bg)', fontSize: '1.4rem' },
    '&.cm-focused': { outline: '2px solid var(--sr-info)', outlineOffset: '-2px' },
    '.cm-scroller': { fontFamily: 'var(--mono-font)', maxHeight: '30em' },
    '.cm-gutters': { color: 'var(--sr-muted)', backgroundColor: 'var(--sr-surface)', border: 'none' },
    '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
    '.cm-cursor': { borderLeftColor: 'var(--fg)' },
    '.cm-tooltip': { color: 'var(--fg)', backgroundColor: 'var(--sr-surface)', border: '1px solid var(--sr-line)' },
});

const colours = HighlightStyle.define([
    { tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.self], color: 'var(--sr-info)', fontWeight: '600' },
    { tag: [tags.string, tags.character, tags.number, tags.bool], color: 'var(--sr-held)' },
    { tag: [tags.macroName, tags.attributeName, tags.meta], color: 'var(--sr-unexercised)' },
    { tag: tags.comment, color: 'var(--sr-muted)', fontStyle: 'italic' },
    { tag: [tags.typeName, tags.className], fontWeight: '600' },
]);

/**
 * Puts an editor in the place of `field`, which goes on to hold the text. `changed` hears of each change. Escape, then
 * Tab, leaves it: Tab alone indents.
 */
export function over(field, changed) {
    const view = new EditorView({
        doc: field.value,
        extensions: [
            lineNumbers(), lintGutter(), history(), drawSelection(), indentOnInput(), bracketMatching(), highlightActiveLine(),
            rust(), indentUnit.of('    '), syntaxHighlighting(colours), theme,
            EditorState.tabSize.of(4),
            keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap, indentWithTab]),
            EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': field.getAttribute('aria-label'), 'aria-describedby': field.getAttribute('aria-describedby') }),
            EditorView.updateListener.of(update => {
                if (!update.docChanged) return;
                field.value = view.state.doc.toString();
                changed();
            }),
        ],
    });
    field.after(view.dom);
    return {
        /** Another text takes the place of this one. */
        put(text) {
            if (text !== view.state.doc.toString()) {
                view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
            }
        },
        /** Underlines what the compiler named. */
        mark(problems) {
            const found = problems.map(problem => diagnostic(view.state.doc, problem));
            view.dispatch(setDiagnostics(view.state, found));
        },
        goto(line, column) {
            view.dispatch({ selection: { anchor: place(view.state.doc, line, column) }, scrollIntoView: true });
            view.focus();
        },
        close() {
            view.destroy();
        },
    };
}

function diagnostic(doc, { level, line, column, end_line, end_column, message, label, code }) {
    const from = place(doc, line, column);
    const to = Math.max(from, place(doc, end_line, end_column));
    return { from, to, severity: level, source: code, message: label ? `${message}: ${label}` : message };
}

/** The compiler counts lines and characters from 1; the editor, units of UTF-16 from 0. */
function place(doc, line, column) {
    if (line < 1 || line > doc.lines) return doc.length;
    const { from, text } = doc.line(line);
    return from + [...text].slice(0, column - 1).join('').length;
}
