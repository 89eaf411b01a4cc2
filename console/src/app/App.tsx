import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from 'react-router';

import { onSignedOut } from '~shared/api/client';
import { Problem } from '~shared/api/problem';
import { theme } from '~shared/theme/theme';

import { router } from './routes';

const scheme = localStorageColorSchemeManager({ key: 'bylaw-color-scheme' });

/** Only a server that is away is worth asking again; a refusal stays one. */
function worthRetrying(failures: number, error: unknown) {
  return failures < 3 && !(error instanceof Problem && error.status >= 400 && error.status < 500);
}

const queries = new QueryClient({
  defaultOptions: { queries: { retry: worthRetrying, staleTime: 10_000, refetchOnWindowFocus: true } },
});

onSignedOut(() => void queries.invalidateQueries({ queryKey: ['session'] }));

export function App() {
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={scheme}
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
