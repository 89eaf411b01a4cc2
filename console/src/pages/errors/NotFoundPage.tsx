import { Link } from 'react-router';

import { Page } from '~shared/ui/Page';
import { Nothing } from '~shared/ui/States';

export function NotFoundPage() {
  return (
    <Page title="Not found">
      <Nothing title="There is no page at this address">
        It may have moved, or the link is incomplete. Go to the <Link to="/">first page</Link>.
      </Nothing>
    </Page>
  );
}
