import { Button, SegmentedControl } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { assetsQuery, myAssetsQuery } from '~features/assets/queries';
import { useMay } from '~features/session/session';
import { Page, Panel } from '~shared/ui/Page';
import queue from '~shared/ui/queue.module.css';
import { Failed, Lines, Nothing } from '~shared/ui/States';
import { AssetItem } from './AssetItem';
import { DeclareForm } from './DeclareForm';

/** The register of what was made with AI: one's own part, or all of it for those who review. */
export function AssetsPage() {
  const may = useMay();
  const [view, setView] = useState(may('review_assets') ? 'register' : 'mine');
  const [declaring, { toggle, close }] = useDisclosure(false);
  return (
    <Page
      title="AI-made assets"
      lead="What was made with AI, with which tool, under which terms, and what people added."
      actions={
        <>
          <Button onClick={toggle} aria-expanded={declaring}>
            Declare something
          </Button>
          {may('review_assets') && (
            <Button component="a" href="/api/v1/assets/register.csv" variant="default">
              Download as CSV
            </Button>
          )}
        </>
      }
    >
      <div className={queue.columns}>
        {declaring && (
          <Panel title="What was made">
            <DeclareForm onDone={close} />
          </Panel>
        )}
        {may('review_assets') && (
          <div>
            <SegmentedControl
              aria-label="Whose"
              value={view}
              onChange={setView}
              data={[
                { value: 'register', label: 'All' },
                { value: 'mine', label: 'Mine' },
              ]}
            />
          </div>
        )}
        {view === 'register' ? <Register /> : <Mine />}
      </div>
    </Page>
  );
}

function Register() {
  return <List {...useQuery(assetsQuery)} reviewer />;
}

function Mine() {
  return <List {...useQuery(myAssetsQuery)} reviewer={false} />;
}

interface ListProps {
  data: React.ComponentProps<typeof AssetItem>['asset'][] | undefined;
  error: Error | null;
  refetch: () => unknown;
  reviewer: boolean;
}

function List({ data, error, refetch, reviewer }: ListProps) {
  return (
    <Panel title={reviewer ? 'Register' : 'Declared by me'}>
      {error && !data ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Lines count={4} />
      ) : data.length === 0 ? (
        <Nothing title="Nothing was declared yet" />
      ) : (
        <ul className={queue.list}>
          {data.map((asset) => (
            <AssetItem key={asset.id} asset={asset} reviewer={reviewer} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
