import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useParams, useSearchParams } from 'react-router';

import { isProblem } from '~shared/api/problem';
import { Mark } from '~shared/ui/Mark';
import { Failed, Lines, Nothing } from '~shared/ui/States';

import sole from '~shared/ui/sole.module.css';
import { justificationQuery } from './queries';
import { ReasonForm } from './ReasonForm';
import { RetryNow } from './RetryNow';

/** For an employee whose exchange is held: works on a phone, and with the link alone. */
export function JustifyPage() {
  const { id = '' } = useParams();
  const [params] = useSearchParams();
  useEffect(() => {
    document.title = 'State a reason · Bylaw';
  }, []);
  return (
    <main className={sole.place}>
      <div className={sole.brand}>
        <Mark />
        Bylaw
      </div>
      <div className={sole.card}>
        <Content id={id} token={params.get('t') ?? undefined} />
      </div>
    </main>
  );
}

function Content({ id, token }: { id: string; token: string | undefined }) {
  const { data, error, refetch } = useQuery(justificationQuery(id, token));
  if (isProblem(error, 410)) {
    return <Nothing title="This link has expired">Send your prompt again: you will get a new link.</Nothing>;
  }
  if (isProblem(error, 401) || isProblem(error, 403)) {
    return (
      <Nothing title="This link is not for you">
        Open the link from the message you were shown, complete and on your own device.
      </Nothing>
    );
  }
  if (isProblem(error, 404)) {
    return (
      <Nothing title="There is nothing to justify here">
        The link may be incomplete. Open it again from the message.
      </Nothing>
    );
  }
  if (error) {
    return <Failed error={error} retry={() => void refetch()} />;
  }
  if (!data) {
    return <Lines count={7} />;
  }
  if (data.state === 'not_needed') {
    return <Nothing title="No reason is needed">This exchange was not held. You can go on.</Nothing>;
  }
  return data.state === 'given' ? <RetryNow held={data} /> : <ReasonForm id={id} token={token} held={data} />;
}
