import { Button, Skeleton } from '@mantine/core';
import { IconCloudOff, IconFileSearch, IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

import { isProblem, Problem } from '~shared/api/problem';

import css from './parts.module.css';

interface StateProps {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
}

/** A place where there is nothing to show, and why. */
export function Nothing({ icon = <IconFileSearch size={34} stroke={1.4} aria-hidden />, title, children }: StateProps) {
  return (
    <div className={css.state}>
      {icon}
      <p className={css.stateTitle}>{title}</p>
      <div className={css.stateText}>{children}</div>
    </div>
  );
}

interface FailedProps {
  error: unknown;
  retry?: () => void;
}

/** What went wrong and what to do about it. */
export function Failed({ error, retry }: FailedProps) {
  if (isProblem(error, 403)) {
    return <Forbidden />;
  }
  const problem = error instanceof Problem ? error : undefined;
  return (
    <div role="alert">
      <Nothing
        icon={<IconCloudOff size={34} stroke={1.4} aria-hidden />}
        title={problem?.message ?? 'Something went wrong'}
      >
        {problem?.detail ?? (problem ? null : String(error))}
      </Nothing>
      {retry && (
        <div className={css.state} style={{ paddingBlock: 0 }}>
          <Button variant="default" onClick={retry}>
            Try again
          </Button>
        </div>
      )}
    </div>
  );
}

export function Forbidden() {
  return (
    <Nothing icon={<IconLock size={34} stroke={1.4} aria-hidden />} title="This page is not for your role">
      Ask an administrator if you need it. You can always read the <Link to="/policy">policy</Link> and ask{' '}
      <Link to="/can-i">“Can I?”</Link>.
    </Nothing>
  );
}

/** Grey lines in the shape of what is coming. */
export function Lines({ count = 6, height = 18 }: { count?: number; height?: number }) {
  return (
    <div aria-busy="true">
      <span className="visually-hidden" role="status">
        Loading
      </span>
      {Array.from({ length: count }, (_, line) => (
        // the lines are all alike and never move
        <Skeleton key={line} height={height} mb="sm" width={`${100 - ((line * 17) % 38)}%`} />
      ))}
    </div>
  );
}
