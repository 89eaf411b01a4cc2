import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';
import type { AuditQuery } from '~shared/api/types';

export const evidenceQuery = queryOptions({
  queryKey: ['evidence', 'clauses'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/evidence', { signal })),
  staleTime: 30_000,
});

export const coverageQuery = queryOptions({
  queryKey: ['evidence', 'coverage'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/evidence/coverage', { signal })),
  staleTime: 30_000,
});

export const frameworksQuery = queryOptions({
  queryKey: ['evidence', 'frameworks'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/evidence/frameworks', { signal })),
  staleTime: 300_000,
});

export function auditQuery(filter: AuditQuery) {
  return infiniteQueryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ signal, pageParam }) =>
      answer(api.GET('/api/v1/audit', { params: { query: { ...filter, before: pageParam } }, signal })),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export const checkpointQuery = queryOptions({
  queryKey: ['audit', 'checkpoint'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/audit/checkpoint', { signal })),
});

/** Looks at the whole log; asked for by a button, as it reads everything. */
export function useVerify() {
  return useMutation({ mutationFn: () => answer(api.GET('/api/v1/audit/verification')) });
}

/** Makes an evidence pack and has the browser save it. */
export function useMakePack(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      const call = api.POST('/api/v1/evidence/frameworks/{id}/pack', { params: { path: { id } }, parseAs: 'blob' });
      save((await answer(call)) as unknown as Blob, `bylaw-${id}-${new Date().toISOString().slice(0, 10)}.zip`);
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['audit'] }),
  });
}

/** Has the browser save what was made. */
export function save(blob: Blob, name: string) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
