import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useCallback, useContext } from 'react';

import { api, rememberCsrf } from '~shared/api/client';
import type { Permission } from '~shared/api/permissions';
import { answer, isProblem } from '~shared/api/problem';
import type { Session } from '~shared/api/types';

import { takeCode } from './code';

/** Taken once, when the page loads: a code works once, and must not stay in the address bar or the history. */
const code = takeCode(window);

async function begin(): Promise<Session | null> {
  if (code.value) {
    const value = code.value;
    code.value = undefined;
    return keep(await answer(api.POST('/api/v1/session/one-time', { body: { code: value } })));
  }
  try {
    return keep(await answer(api.GET('/api/v1/session')));
  } catch (error) {
    if (isProblem(error, 401)) {
      return null;
    }
    throw error;
  }
}

function keep(session: Session): Session {
  rememberCsrf(session.csrf);
  return session;
}

/** Who is signed in; `null` where nobody is. */
const sessionQuery = queryOptions({ queryKey: ['session'], queryFn: begin, staleTime: 5 * 60_000 });

export const useSessionQuery = () => useQuery(sessionQuery);

export const SessionContext = createContext<Session | null>(null);

/** The session of the person at the screen; only inside `RequireSession`. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) {
    throw new Error('no session: this belongs inside RequireSession');
  }
  return session;
}

export function useMay(): (permission: Permission) => boolean {
  const { permissions } = useSession();
  return useCallback((permission) => permissions.includes(permission), [permissions]);
}

export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { name: string; password: string }) => answer(api.POST('/api/v1/session', { body })),
    onSuccess: (session) => queries.setQueryData(sessionQuery.queryKey, keep(session)),
  });
}

export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => answer(api.DELETE('/api/v1/session')),
    onSettled: () => {
      rememberCsrf(undefined);
      queries.clear();
      window.location.assign('/sign-in');
    },
  });
}
