import { queryOptions } from '@tanstack/react-query';

import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';

export const policyQuery = queryOptions({
  queryKey: ['policy'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/policy', { signal })),
  staleTime: 30_000,
});

export function lintQuery(source: string) {
  return queryOptions({
    queryKey: ['lint', source],
    queryFn: ({ signal }) => answer(api.POST('/api/v1/policy/lint', { body: { source }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
}

/** Where a clause stands on the policy page. */
export const clauseLink = (id: string) => `/policy#${id}`;
