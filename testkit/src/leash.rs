use std::{
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
};

/// A process that ends with the test, however the test ends.
///
/// A shell starts the program and then reads from a pipe that only this value holds open. When the value is dropped, or
/// the test process dies of whatever cause, the pipe closes; the shell then sends the program `SIGINT` (PostgreSQL's fast
/// shutdown) and `SIGTERM` (what most programs heed), after 10 seconds `SIGKILL`, waits for it and runs the clean-up.
#[derive(Debug)]
pub struct Leash(Child);

/// Runs "$@" until standard input closes or the program ends by itself; then runs `$CLEAN_UP`.
const SCRIPT: &str = r#"
"$@" </dev/null &
program=$!
{ cat >/dev/null; kill -INT $program; kill -TERM $program; sleep 10; kill -KILL $program; } <&3 2>/dev/null &
reader=$!
wait $program
kill $reader 2>/dev/null
cd /
sh -c "$CLEAN_UP"
"#;

/// Who runs the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) user: u32,
    pub(crate) group: u32,
}

impl Leash {
    /// Starts `program`; `clean_up` is a shell command run after its end.
    pub fn start(program: &Command, clean_up: &str) -> Self {
        Self::start_as(None, program, clean_up)
    }

    pub(crate) fn start_as(account: Option<Account>, program: &Command, clean_up: &str) -> Self {
        let mut shell = Command::new("sh");
        shell
            .args(["-c", &format!("exec 3<&0\n{SCRIPT}"), "leash"])
            .arg(program.get_program())
            .args(program.get_args())
            .envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))))
            .env("CLEAN_UP", clean_up)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if let Some(Account { user, group }) = account {
            shell.gid(group).uid(user);
        }
        Self(shell.spawn().unwrap_or_else(|error| panic!("cannot start {program:?}: {error}")))
    }

    /// Whether the program still runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // A process that has ended already is what is wanted.
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use std::{
        process::Command,
        time::{Duration, Instant},
    };

    use super::Leash;

    #[test]
    fn dropping_ends_the_program_and_cleans_up() {
        let folder = crate::folder();
        let mark = folder.join("cleaned");
        let mut sleep = Command::new("sleep");
        sleep.arg("600");
        let mut leash = Leash::start(&sleep, &format!("touch '{}'", mark.display()));
        assert!(leash.is_running());
        let begin = Instant::now();
        drop(leash);
        assert!(mark.exists() && begin.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn a_program_that_ends_by_itself_is_cleaned_up_too() {
        let folder = crate::folder();
        let mark = folder.join("cleaned");
        let mut leash = Leash::start(&Command::new("true"), &format!("touch '{}'", mark.display()));
        let begin = Instant::now();
        while leash.is_running() && begin.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(mark.exists());
    }
}
