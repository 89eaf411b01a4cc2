import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';

export const accountsQuery = queryOptions({
  queryKey: ['accounts'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/users', { signal })),
});

export function useFunctions(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (functions: string[]) =>
      answer(api.PUT('/api/v1/users/{name}/functions', { params: { path: { name } }, body: { functions } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['accounts'] });
      // One's own account may be the one that changed.
      await queries.invalidateQueries({ queryKey: ['session'] });
    },
  });
}
