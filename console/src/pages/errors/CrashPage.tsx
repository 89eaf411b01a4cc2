import { useRouteError } from 'react-router';

import { Failed } from '~shared/ui/States';

/** A fault of the console itself. Loading again also helps after an upgrade, when old parts are no longer there. */
export function CrashPage() {
  return <Failed error={useRouteError()} retry={() => window.location.reload()} />;
}
