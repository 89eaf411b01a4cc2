import { IconCircleCheck } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';

import type { Justification } from '~shared/api/types';
import { formatTime } from '~shared/format/times';

import sole from '~shared/ui/sole.module.css';
import css from './JustifyPage.module.css';

export function RetryNow({ held: { exchange, until } }: { held: Justification }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div className={css.done}>
      <IconCircleCheck size={46} stroke={1.4} aria-hidden />
      <h1 ref={heading} tabIndex={-1} className={sole.title}>
        You can retry now
      </h1>
      <p>
        Your reason is recorded. Go back to {exchange.tool_name ?? exchange.tool} and send the same thing again
        {until ? ` before ${formatTime(until)}` : ''}: it will go through.
      </p>
    </div>
  );
}
