import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';

export const policyQuery = queryOptions({
  queryKey: ['policy'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/policy', { signal })),
  staleTime: 30_000,
});

export const draftQuery = queryOptions({
  queryKey: ['policy', 'draft'],
  queryFn: ({ signal }) => beginDraft(signal),
  // Someone may be editing it: it must not change under the cursor.
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: 0,
});

/** The policy in force and its version, read first: should another come into force in between, publishing is refused. */
async function beginDraft(signal: AbortSignal) {
  const { version } = await answer(api.GET('/api/v1/policy', { signal }));
  const source = await answer(api.GET('/api/v1/policy/source', { parseAs: 'text', signal }));
  return { base: version, source: source as string };
}

export function lintQuery(source: string) {
  return queryOptions({
    queryKey: ['lint', source],
    queryFn: ({ signal }) => answer(api.POST('/api/v1/policy/lint', { body: { source }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
}

/** Publishes what was written on top of version `base`. */
export function usePublish(base: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (source: string) => answer(api.PUT('/api/v1/policy', { body: { source, base } })),
    onSuccess: async (policy) => {
      queries.setQueryData(policyQuery.queryKey, policy);
      await queries.invalidateQueries({ queryKey: ['tools'] });
    },
  });
}

/** Where a clause stands on the policy page. */
export const clauseLink = (id: string) => `/policy#${id}`;
