import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import createClient from 'openapi-fetch';

import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';
import type { paths } from '~shared/api/schema';
import type { NewReport, Report, ReportStep } from '~shared/api/types';

/** Sends no cookie: whoever reports without a name is not to be recognised, even if they are signed in. */
const nobody = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: 'omit',
  referrerPolicy: 'no-referrer',
});

export const useReportAnonymously = () =>
  useMutation({ mutationFn: (body: NewReport) => answer(nobody.POST('/api/v1/report-cases', { body })) });

export const useCase = () =>
  useMutation({ mutationFn: (code: string) => answer(nobody.POST('/api/v1/report-cases/status', { body: { code } })) });

export const useAddToCase = () =>
  useMutation({
    mutationFn: (body: { code: string; text: string }) =>
      answer(nobody.POST('/api/v1/report-cases/messages', { body })),
  });

export const myReportsQuery = queryOptions({
  queryKey: ['reports', 'mine'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/reports/mine', { signal })),
});

export const reportsQuery = queryOptions({
  queryKey: ['reports', 'all'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/reports', { signal })),
});

export const reportQuery = (id: string) =>
  queryOptions({
    queryKey: ['reports', 'one', id],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/reports/{id}', { params: { path: { id } }, signal })),
  });

function useReportChange<Given, Done>(change: (given: Given) => Promise<Done>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['reports'] }),
  });
}

export const useReport = () => useReportChange((body: NewReport) => answer(api.POST('/api/v1/reports', { body })));

export const useAddToMyReport = () =>
  useReportChange(({ id, text }: { id: string; text: string }) =>
    answer(api.POST('/api/v1/reports/mine/{id}/messages', { params: { path: { id } }, body: { text } })),
  );

export const useReportStep = () =>
  useReportChange(({ id, revision, step }: { id: string; revision: number; step: ReportStep }) =>
    answer(api.POST('/api/v1/reports/{id}/steps', { params: { path: { id } }, body: { revision, step } })),
  );

export const useAnswerReport = () =>
  useReportChange(({ id, text }: { id: string; text: string }) =>
    answer(api.POST('/api/v1/reports/{id}/messages', { params: { path: { id } }, body: { text } })),
  );

export const useLinkReport = () =>
  useReportChange(({ id, revision, links }: { id: string; revision: number; links: Report['links'] }) =>
    answer(api.PUT('/api/v1/reports/{id}/links', { params: { path: { id } }, body: { revision, links } })),
  );

export const useEraseReport = () =>
  useReportChange(({ id, revision }: { id: string; revision: number }) =>
    answer(api.DELETE('/api/v1/reports/{id}', { params: { path: { id }, query: { revision } } })),
  );
