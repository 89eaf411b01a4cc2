import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';
import type { NewCompletion } from '~shared/api/types';

export const coursesQuery = queryOptions({
  queryKey: ['people', 'courses'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/training/courses', { signal })),
});

export const peopleQuery = queryOptions({
  queryKey: ['directory'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/people', { signal })),
});

function useChange<Body, Told>(run: (body: Body) => Promise<Told>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: run, onSuccess: () => queries.invalidateQueries({ queryKey: ['people'] }) });
}

export interface NewCourse {
  id: string;
  days: number;
  clauses: string;
  file: File;
}

/** Sends a package as it is; only its manifest is read. */
export const useImportCourse = () =>
  useChange(({ file, ...query }: NewCourse) =>
    answer(
      api.POST('/api/v1/training/courses', {
        params: { query },
        body: file as unknown as number[],
        bodySerializer: (body) => body as unknown as Blob,
        headers: { 'content-type': 'application/zip' },
      }),
    ),
  );

export const useAddCompletion = (id: string) =>
  useChange((body: NewCompletion) =>
    answer(api.POST('/api/v1/training/courses/{id}/completions', { params: { path: { id } }, body })),
  );

/** Sends a file of xAPI statements. */
export const useImportStatements = (id: string) =>
  useChange(async (file: File) =>
    answer(
      api.POST('/api/v1/training/courses/{id}/statements', {
        params: { path: { id } },
        body: [],
        bodySerializer: () => file as unknown as Blob,
        headers: { 'content-type': 'application/json' },
      }),
    ),
  );

/** Sends a learning system's report of who passed: a course of its own, or a module of Bylaw's that it taught. */
export const useImportResults = (id: string) =>
  useChange(async (file: File) =>
    answer(
      api.POST('/api/v1/training/courses/{id}/results', {
        params: { path: { id } },
        body: '',
        bodySerializer: () => file as unknown as string,
        headers: { 'content-type': 'text/csv' },
      }),
    ),
  );
