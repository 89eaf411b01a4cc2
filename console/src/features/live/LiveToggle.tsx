import { Button } from '@mantine/core';
import clsx from 'clsx';

import css from './LiveToggle.module.css';
import type { LiveState } from './live';

const WORDS: Record<LiveState, string> = { off: 'Live is off', connecting: 'Connecting…', on: 'Live' };

export function LiveToggle({ state, onToggle }: { state: LiveState; onToggle: () => void }) {
  return (
    <Button
      variant="default"
      aria-pressed={state !== 'off'}
      onClick={onToggle}
      leftSection={<span className={clsx(css.dot, css[state])} aria-hidden="true" />}
    >
      {WORDS[state]}
    </Button>
  );
}
