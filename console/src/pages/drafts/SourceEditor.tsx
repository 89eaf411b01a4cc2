import { type Ref, useImperativeHandle, useMemo, useRef } from 'react';

import type { Mistake } from '~shared/api/types';

import css from './Writing.module.css';

export interface SourceHandle {
  /** Puts the cursor where `line` and `column` say, both counted from 1. */
  goTo: (line: number, column: number) => void;
}

interface Props {
  ref: Ref<SourceHandle>;
  value: string;
  mistakes: Mistake[];
  onChange: (value: string) => void;
}

const LINE_HEIGHT = 22;

/** A plain text field with line numbers: it works with every keyboard, screen reader and phone. */
export function SourceEditor({ ref, value, mistakes, onChange }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const lines = useMemo(() => value.split('\n'), [value]);
  const longest = useMemo(() => lines.reduce((most, line) => Math.max(most, line.length), 0), [lines]);
  const marked = useMemo(() => new Map(mistakes.map((mistake) => [mistake.line, mistake.severity])), [mistakes]);

  useImperativeHandle(ref, () => ({
    goTo: (line, column) => {
      const before = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
      const at = before + column - 1;
      field.current?.focus();
      field.current?.setSelectionRange(at, at);
      const top = (line - 6) * LINE_HEIGHT;
      field.current?.closest('div')?.scrollTo({ top: Math.max(0, top) });
    },
  }));

  return (
    // The field is as large as its text, so that it scrolls together with the numbers beside it.
    <div className={css.editor}>
      <ol className={css.gutter} aria-hidden="true">
        {lines.map((_, index) => (
          // a line is its number
          <li key={index} data-mark={marked.has(index + 1) ? (marked.get(index + 1) ?? 'error') : undefined}>
            {index + 1}
          </li>
        ))}
      </ol>
      <textarea
        ref={field}
        className={css.field}
        style={{ height: lines.length * LINE_HEIGHT + 24, minWidth: `${longest + 5}ch` }}
        aria-label="Policy source"
        spellCheck={false}
        autoCapitalize="off"
        wrap="off"
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </div>
  );
}
