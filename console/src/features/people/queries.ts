import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';
import type { CaseOrder, ExposureOrder, NewCampaign } from '~shared/api/types';

export const standingQuery = queryOptions({
  queryKey: ['people', 'standing'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/people/standing', { signal })),
});

export const campaignsQuery = queryOptions({
  queryKey: ['people', 'campaigns'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/campaigns', { signal })),
});

export const modulesQuery = queryOptions({
  queryKey: ['people', 'modules'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/training/modules', { signal })),
});

export const assignmentsQuery = queryOptions({
  queryKey: ['people', 'assignments'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/training/assignments', { signal })),
});

export function effectQuery(module: string) {
  return queryOptions({
    queryKey: ['people', 'effect', module],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/training/modules/{module}/effect', { params: { path: { module } }, signal })),
  });
}

export const ladderQuery = queryOptions({
  queryKey: ['people', 'ladder'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/ladder', { signal })),
  refetchInterval: 15_000,
});

export function caseQuery(id: string) {
  return queryOptions({
    queryKey: ['people', 'case', id],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/ladder/cases/{id}', { params: { path: { id } }, signal })),
  });
}

export const exposuresQuery = queryOptions({
  queryKey: ['people', 'exposures'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/exposures', { signal })),
});

/** After `run`, everything about people is asked anew; after a refusal too, as somebody else may have been faster. */
function useStep<Body, Told>(run: (body: Body) => Promise<Told>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSettled: () => queries.invalidateQueries({ queryKey: ['people'] }),
  });
}

export const useOpenCampaign = () => useStep((body: NewCampaign) => answer(api.POST('/api/v1/campaigns', { body })));

export const useOrderCampaign = (id: string) =>
  useStep((body: { order: 'remind' | 'close'; revision: number }) =>
    answer(api.POST('/api/v1/campaigns/{id}/orders', { params: { path: { id } }, body })),
  );

export const useAssign = () =>
  useStep((body: { module: string; due: string; person: string | null }) =>
    answer(api.POST('/api/v1/training/assignments', { body })),
  );

export const useWithdraw = (id: string) =>
  useStep((reason: string) =>
    answer(api.POST('/api/v1/training/assignments/{id}/withdrawal', { params: { path: { id } }, body: { reason } })),
  );

export const useDecideCase = (id: string) =>
  useStep((body: CaseOrder) =>
    answer(api.POST('/api/v1/ladder/cases/{id}/decisions', { params: { path: { id } }, body })),
  );

export const useOrderExposure = (id: string) =>
  useStep((body: ExposureOrder) =>
    answer(api.POST('/api/v1/exposures/{id}/orders', { params: { path: { id } }, body })),
  );
