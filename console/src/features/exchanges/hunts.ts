/** Searches of exchanges that somebody kept. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';
import type { Hunt, NewHunt } from '~shared/api/types';

export const huntsQuery = queryOptions({
  queryKey: ['hunts'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/hunts', { signal })),
});

function useChange<Given, Done>(run: (given: Given) => Promise<Done>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: run, onSettled: () => queries.invalidateQueries(huntsQuery) });
}

export const useKeepHunt = () => useChange((body: NewHunt) => answer(api.POST('/api/v1/hunts', { body })));

export const useRemoveHunt = () =>
  useChange(({ id, revision }: Hunt) =>
    answer(api.DELETE('/api/v1/hunts/{id}', { params: { path: { id }, query: { revision } } })),
  );
