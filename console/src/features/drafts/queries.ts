import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { policyQuery } from '~features/policy/queries';
import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';
import type {
  DraftDocument,
  DraftEdit,
  NewDraft,
  NewOpinion,
  NewPublication,
  Rollback,
  RolloutMove,
} from '~shared/api/types';

const of = (id: string) => ({ path: { id } });

export const draftsQuery = queryOptions({
  queryKey: ['drafts'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/drafts', { signal })),
});

export const draftQuery = (id: string) =>
  queryOptions({
    queryKey: ['drafts', id],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/drafts/{id}', { params: of(id), signal })),
    // Someone may be editing it: it must not change under the cursor.
    staleTime: Number.POSITIVE_INFINITY,
  });

export const reviewQuery = (id: string) =>
  queryOptions({
    queryKey: ['drafts', id, 'review'],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/drafts/{id}/review', { params: of(id), signal })),
    staleTime: 0,
  });

export const previewQuery = (source: string) =>
  queryOptions({
    queryKey: ['preview', source],
    queryFn: ({ signal }) => answer(api.POST('/api/v1/policy/preview', { body: { source }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });

export const libraryQuery = queryOptions({
  queryKey: ['library'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/policy/library', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

export const versionsQuery = queryOptions({
  queryKey: ['policy', 'versions'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/policy/versions', { signal })),
});

export const versionDifferencesQuery = (version: string) =>
  queryOptions({
    queryKey: ['policy', 'versions', version],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/policy/versions/{version}/differences', { params: { path: { version } }, signal })),
  });

export const rolloutQuery = queryOptions({
  queryKey: ['policy', 'rollout'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/policy/rollout', { signal })),
});

/** The backtests of what a draft is now; asked again while one runs. */
export const backtestsQuery = (id: string) =>
  queryOptions({
    queryKey: ['drafts', id, 'backtests'],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/drafts/{id}/backtests', { params: of(id), signal })),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.[0]?.state === 'running' ? 1_000 : false),
  });

/** A change of one draft: what was known of it is asked for again. */
function useChange<Body, Result>(id: string, change: (body: Body) => Promise<Result>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['drafts', id] }),
  });
}

export function useBegin() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewDraft) => answer(api.POST('/api/v1/drafts', { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['drafts'], exact: true }),
  });
}

export function useSave(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: DraftEdit) => answer(api.PUT('/api/v1/drafts/{id}', { params: of(id), body })),
    onSuccess: async (saved: DraftDocument) => {
      queries.setQueryData(draftQuery(id).queryKey, saved);
      await queries.invalidateQueries({ queryKey: reviewQuery(id).queryKey });
      await queries.invalidateQueries({ queryKey: backtestsQuery(id).queryKey });
    },
  });
}

export function useWithdraw(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (revision: number) =>
      answer(api.DELETE('/api/v1/drafts/{id}', { params: { ...of(id), query: { revision } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['drafts'] }),
  });
}

export const useOpinion = (id: string) =>
  useChange(id, (body: NewOpinion) => answer(api.POST('/api/v1/drafts/{id}/opinions', { params: of(id), body })));

export const useComment = (id: string) =>
  useChange(id, (body: { clause: string | null; text: string }) =>
    answer(api.POST('/api/v1/drafts/{id}/comments', { params: of(id), body })),
  );

export const useResolve = (id: string) =>
  useChange(id, ({ comment, resolved }: { comment: string; resolved: boolean }) =>
    answer(api.PUT('/api/v1/comments/{id}', { params: of(comment), body: { resolved } })),
  );

export const useBacktest = (id: string) =>
  useChange(id, (days: number) =>
    answer(api.POST('/api/v1/drafts/{id}/backtests', { params: of(id), body: { days } })),
  );

/** What changes when a version comes into force: the policy, its versions, its rollout, the drafts built on it. */
function useInForce<Body, Result>(change: (body: Body) => Promise<Result>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: policyQuery.queryKey });
      await queries.invalidateQueries({ queryKey: ['drafts'] });
    },
  });
}

export const usePublish = (id: string) =>
  useInForce((body: NewPublication) => answer(api.POST('/api/v1/drafts/{id}/publication', { params: of(id), body })));

export const useUnschedule = (id: string) =>
  useInForce((revision: number) =>
    answer(api.DELETE('/api/v1/drafts/{id}/publication', { params: { ...of(id), query: { revision } } })),
  );

export const useRollBack = () => useInForce((body: Rollback) => answer(api.POST('/api/v1/policy/rollback', { body })));

export const useMoveRollout = () =>
  useInForce((body: RolloutMove) => answer(api.PUT('/api/v1/policy/rollout', { body })));
