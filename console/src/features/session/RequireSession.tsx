import type { ReactNode } from 'react';
import { Navigate, useLocation } from 'react-router';

import { isProblem } from '~shared/api/problem';
import { Failed, Lines } from '~shared/ui/States';

import { SessionContext, useSessionQuery } from './session';

/** Shows its children to whoever is signed in, and the way to sign in to everybody else. */
export function RequireSession({ children }: { children: ReactNode }) {
  const { data, error, isPending, refetch } = useSessionQuery();
  const { pathname, search, hash } = useLocation();
  if (isPending) {
    return (
      <div style={{ maxWidth: 640, margin: '20vh auto', padding: '0 1rem' }}>
        <Lines count={4} />
      </div>
    );
  }
  if (data) {
    return <SessionContext value={data}>{children}</SessionContext>;
  }
  if (error && !isProblem(error, 401)) {
    return <Failed error={error} retry={() => void refetch()} />;
  }
  const state = { next: pathname + search + hash, expiredCode: isProblem(error, 401) };
  return <Navigate to="/sign-in" replace state={state} />;
}
