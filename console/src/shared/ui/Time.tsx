import { Tooltip } from '@mantine/core';

import { formatFull, formatRelative, formatTime } from '~shared/format/times';

import css from './parts.module.css';

interface Props {
  at: string;
  /** `clock` shows when it was, `relative` how long ago; the tooltip shows the other. */
  as?: 'clock' | 'relative';
}

export function Time({ at, as = 'clock' }: Props) {
  const [shown, hint] = as === 'clock' ? [formatTime(at), formatRelative(at)] : [formatRelative(at), formatFull(at)];
  return (
    <Tooltip label={hint}>
      <time dateTime={at} className={css.time}>
        {shown}
      </time>
    </Tooltip>
  );
}
