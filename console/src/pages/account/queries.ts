import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';
import type { NewToken } from '~shared/api/types';

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/tokens', { signal })),
});

/** After `run`, the tokens are asked for anew. */
function useStep<Body, Told>(run: (body: Body) => Promise<Told>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: run, onSuccess: () => queries.invalidateQueries({ queryKey: ['tokens'] }) });
}

export const useAddToken = () => useStep((body: NewToken) => answer(api.POST('/api/v1/tokens', { body })));

export const useRemoveToken = (name: string) =>
  useStep(() => answer(api.DELETE('/api/v1/tokens/{name}', { params: { path: { name } } })));

export const useChangePassword = () =>
  useMutation({
    mutationFn: (body: { current: string; new: string }) => answer(api.PUT('/api/v1/session/password', { body })),
  });
