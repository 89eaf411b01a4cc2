import { Alert } from '@mantine/core';

import { Problem } from '~shared/api/problem';

/** Why something that was asked for was not done. */
export function Refused({ error }: { error: Error | null }) {
  if (!error) {
    return null;
  }
  return (
    <Alert role="alert" color="ink" title={error.message}>
      {error instanceof Problem && error.detail}
    </Alert>
  );
}
