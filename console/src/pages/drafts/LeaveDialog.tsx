import { Button, Modal } from '@mantine/core';
import type { Blocker } from 'react-router';

import css from './Writing.module.css';

/** Asks before changes that were not published are lost. */
export function LeaveDialog({ blocker }: { blocker: Blocker }) {
  return (
    <Modal
      opened={blocker.state === 'blocked'}
      onClose={() => blocker.reset?.()}
      title="Leave without publishing?"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <p>Your changes are not published and will be lost.</p>
      <div className={css.buttons}>
        <Button variant="default" onClick={() => blocker.reset?.()}>
          Stay
        </Button>
        <Button onClick={() => blocker.proceed?.()}>Leave</Button>
      </div>
    </Modal>
  );
}
