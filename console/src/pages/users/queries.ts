import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';
import type { NewToken, NewUser } from '~shared/api/types';

export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/users', { signal })),
});

export const directoryQuery = queryOptions({
  queryKey: ['directory'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/people', { signal })),
  staleTime: 60_000,
});

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/tokens', { signal })),
});

function useStep<Body, Told>(key: string, run: (body: Body) => Promise<Told>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: run, onSuccess: () => queries.invalidateQueries({ queryKey: [key] }) });
}

export const useAddUser = () => useStep('users', (body: NewUser) => answer(api.POST('/api/v1/users', { body })));

export const useRemoveUser = (name: string) =>
  useStep('users', () => answer(api.DELETE('/api/v1/users/{name}', { params: { path: { name } } })));

export const useAddToken = () => useStep('tokens', (body: NewToken) => answer(api.POST('/api/v1/tokens', { body })));

export const useRemoveToken = (name: string) =>
  useStep('tokens', () => answer(api.DELETE('/api/v1/tokens/{name}', { params: { path: { name } } })));

export const useChangePassword = () =>
  useMutation({
    mutationFn: (body: { current: string; new: string }) => answer(api.PUT('/api/v1/session/password', { body })),
  });
