import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';
import type {
  DeviationBudget,
  Entity,
  Incident,
  IncidentMeasure,
  IncidentQuery,
  IncidentStep,
  NewSuppression,
  Suppression,
} from '~shared/api/types';

export const incidentsQuery = (query: IncidentQuery) =>
  queryOptions({
    queryKey: ['incidents', 'list', query],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/incidents', { params: { query }, signal })),
    refetchInterval: 15_000,
  });

export const incidentQuery = (id: string) =>
  queryOptions({
    queryKey: ['incidents', 'one', id],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/incidents/{id}', { params: { path: { id } }, signal })),
  });

export const suppressionsQuery = queryOptions({
  queryKey: ['incidents', 'suppressions'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/suppressions', { signal })),
});

export const budgetQuery = queryOptions({
  queryKey: ['incidents', 'budget'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/deviations/budget', { signal })),
  refetchInterval: 15_000,
});

/** Why an exchange opened no incident. */
export const whyQuery = (id: string) =>
  queryOptions({
    queryKey: ['incidents', 'why', id],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/exchanges/{id}/why-not-raised', { params: { path: { id } }, signal })),
  });

export const entityQuery = (kind: Entity['about']['kind'], name: string) =>
  queryOptions({
    queryKey: ['incidents', 'entity', kind, name],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/entities/{kind}/{name}', { params: { path: { kind, name } }, signal })),
  });

/** After `run`, everything about incidents is asked anew; after a refusal too, as somebody else may have been faster. */
function useChange<Given, Done>(run: (given: Given) => Promise<Done>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSettled: () => queries.invalidateQueries({ queryKey: ['incidents'] }),
  });
}

export const useStep = ({ id, revision }: Incident) =>
  useChange((step: IncidentStep) =>
    answer(api.POST('/api/v1/incidents/{id}/steps', { params: { path: { id } }, body: { revision, step } })),
  );

export const useTick = ({ id, revision }: Incident) =>
  useChange(({ step, note }: { step: string; note?: string }) =>
    answer(api.POST('/api/v1/incidents/{id}/playbook', { params: { path: { id } }, body: { revision, step, note } })),
  );

export const useComment = (id: string) =>
  useChange((text: string) =>
    answer(api.POST('/api/v1/incidents/{id}/comments', { params: { path: { id } }, body: { text } })),
  );

export const useMerge = ({ id, revision }: Incident) =>
  useChange((into: string) =>
    answer(api.POST('/api/v1/incidents/{id}/merge', { params: { path: { id } }, body: { revision, into } })),
  );

export const useSplit = ({ id, revision }: Incident) =>
  useChange((evidence: number[]) =>
    answer(api.POST('/api/v1/incidents/{id}/split', { params: { path: { id } }, body: { revision, evidence } })),
  );

export const useRespond = ({ id, revision }: Incident) =>
  useChange((body: { person: string; response: IncidentMeasure; because: string }) =>
    answer(api.POST('/api/v1/incidents/{id}/responses', { params: { path: { id } }, body: { revision, ...body } })),
  );

export const useRevokeResponse = ({ id, revision }: Incident) =>
  useChange(({ response, because }: { response: string; because: string }) =>
    answer(
      api.POST('/api/v1/incidents/{id}/responses/{response}/revocation', {
        params: { path: { id, response } },
        body: { revision, because },
      }),
    ),
  );

/** Who the people are; the server keeps who asked. */
export const useReveal = (id: string) =>
  useMutation({
    mutationFn: () => answer(api.GET('/api/v1/incidents/{id}', { params: { path: { id }, query: { reveal: true } } })),
  });

export const useOpenIncident = () =>
  useChange((report: string) => answer(api.POST('/api/v1/incidents', { body: { report } })));

export const useSetBudget = ({ revision }: DeviationBudget) =>
  useChange((per_week: number) => answer(api.PUT('/api/v1/deviations/budget', { body: { revision, per_week } })));

export const useSuppress = () =>
  useChange((body: NewSuppression) => answer(api.POST('/api/v1/suppressions', { body })));

export const useRevokeSuppression = ({ id, revision }: Suppression) =>
  useChange((because: string) =>
    answer(api.POST('/api/v1/suppressions/{id}/revocation', { params: { path: { id } }, body: { revision, because } })),
  );
