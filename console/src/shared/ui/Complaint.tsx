import { Alert } from '@mantine/core';

import { Problem } from '~shared/api/problem';

/** Why what somebody just did was refused, where they did it. */
export function Complaint({ error }: { error: Error | null }) {
  if (!error) {
    return null;
  }
  return (
    <Alert role="alert" color="ink" title={error.message}>
      {error instanceof Problem && error.detail}
    </Alert>
  );
}
