import { Button, Modal, SegmentedControl } from '@mantine/core';
import { IconPlaylistAdd } from '@tabler/icons-react';
import { useState } from 'react';

import { ClauseForm } from './ClauseForm';
import { ClauseLibrary } from './ClauseLibrary';
import css from './Drafts.module.css';

interface Props {
  source: string;
  onInsert: (source: string) => void;
}

/** A new clause for people who do not write rules: by a form, or out of the library. */
export function InsertClause({ source, onInsert }: Props) {
  const [opened, setOpened] = useState(false);
  const [way, setWay] = useState('form');
  const take = (next: string) => {
    onInsert(next);
    setOpened(false);
  };
  return (
    <>
      <Button variant="default" leftSection={<IconPlaylistAdd size={16} aria-hidden />} onClick={() => setOpened(true)}>
        Add a clause
      </Button>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        size="xl"
        title="Add a clause"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <div className={css.stack}>
          <SegmentedControl
            aria-label="How"
            data={[
              { value: 'form', label: 'Fill in a form' },
              { value: 'library', label: 'From the library' },
            ]}
            value={way}
            onChange={setWay}
          />
          {way === 'form' ? (
            <ClauseForm source={source} onInsert={take} />
          ) : (
            <ClauseLibrary source={source} onInsert={take} />
          )}
        </div>
      </Modal>
    </>
  );
}
