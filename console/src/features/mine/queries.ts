import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';
import type { MyKeys, NewAttestation } from '~shared/api/types';

import { signed } from './keys';

export const mineQuery = queryOptions({
  queryKey: ['mine'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/mine', { signal })),
});

export const changesQuery = queryOptions({
  queryKey: ['mine', 'changes'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/mine/changes', { signal })),
  // What changed must not vanish while it is read.
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: 0,
});

export const guideQuery = queryOptions({
  queryKey: ['policy', 'guide'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/policy/guide', { signal })),
  staleTime: 5 * 60_000,
});

export function lessonQuery(module: string) {
  return queryOptions({
    queryKey: ['lesson', module],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/mine/training/{module}', { params: { path: { module } }, signal })),
    // The questions must not change under the hands of whoever answers them.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

/** After `run`, what the policy asks of me is asked anew. */
function useStep<Body, Told>(run: (body: Body) => Promise<Told>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: () => queries.invalidateQueries({ queryKey: mineQuery.queryKey, exact: true }),
  });
}

export const useRead = () =>
  useStep((policy: string) => answer(api.POST('/api/v1/mine/readings', { body: { policy } })));

const accepted = (body: NewAttestation) => answer(api.POST('/api/v1/mine/attestations', { body }));

export const useAccept = () => useStep((body: { policy: string; campaign: string | null }) => accepted(body));

/** The same with a signature of one of my keys. */
export const useSign = () =>
  useStep(async ({ asked, campaign }: { asked: MyKeys; campaign: string | null }) => {
    const signature = await signed(asked);
    await answer(api.POST('/api/v1/mine/readings', { body: { policy: asked.policy } }));
    return accepted({ policy: asked.policy, campaign, signature });
  });

export const useHandIn = (module: string) =>
  useStep((body: { version: number; answers: number[][] }) =>
    answer(api.POST('/api/v1/mine/training/{module}/attempts', { params: { path: { module } }, body })),
  );

export const useAppeal = (id: string) =>
  useStep((reason: string) =>
    answer(api.POST('/api/v1/mine/cases/{id}/appeals', { params: { path: { id } }, body: { reason } })),
  );
