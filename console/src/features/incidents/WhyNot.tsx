import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';

import { Failed, Lines } from '~shared/ui/States';

import { whyQuery } from './queries';

/** Why an exchange opened no incident, or which one it belongs to. */
export function WhyNot({ id }: { id: string }) {
  const [asked, setAsked] = useState(false);
  return asked ? (
    <Answer id={id} />
  ) : (
    <div>
      <Button variant="default" size="compact-md" onClick={() => setAsked(true)}>
        Why was this not raised?
      </Button>
    </div>
  );
}

function Answer({ id }: { id: string }) {
  const { data, error } = useQuery(whyQuery(id));
  if (!data) {
    return error ? <Failed error={error} /> : <Lines count={2} />;
  }
  return (
    <>
      {data.says.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {data.incident && <Link to={`/incidents/${data.incident}`}>The incident</Link>}
      {data.suppression && <Link to="/incidents/rules">The rules</Link>}
    </>
  );
}
